-- Citation searching: which seed led to a record, in which direction, by whose word (the search's source).
-- direction: backward (the seed cites the record), forward (the record cites the seed).
create table citations (
    search_id  integer not null references searches (id),
    record_id  integer not null references records (id),
    seed       text not null,                 -- doi:10..., pmid:...
    direction  text not null check (direction in ('backward', 'forward')),
    primary key (search_id, record_id, seed, direction)
) without rowid;
create index citations_record on citations (record_id);
