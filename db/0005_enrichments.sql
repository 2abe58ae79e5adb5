-- What other services say of a record that its own source did not: beside the record, never in it.
-- field: abstract, doi, pmid, pmcid, open-access (an address), retraction (the kind of notice), or asked (the service
-- was asked of this record; value is '').
create table enrichments (
    id          integer primary key,
    record_id   integer not null references records (id),
    field       text not null,
    value       text not null,
    source      text not null,                -- who says so
    fetched_at  text not null,
    unique (record_id, field, source, value)
);
