-- What deduplication keeps, so that new records are compared with what is there at the cost of the new ones. All of it
-- can be made anew from records and decisions; `harvester dedupe --again` does so.

-- One line per record that was judged, in the form in which records are compared.
create table dedupe_rows (
    record_id  integer primary key,
    content    integer not null,              -- a hash of what the record says: equal for copies
    original   integer,                       -- the record that this one is a copy of; copies have no keys
    row        text not null                  -- JSON
);
create index dedupe_rows_content on dedupe_rows (content);

-- Records that share a key are compared. Keys are hashes.
create table dedupe_keys (
    key        integer not null,
    record_id  integer not null,
    primary key (key, record_id)
) without rowid;

-- What the lines above hold for: one line. `rules` is a hash of the program's rules, `decisions` the numbers of the
-- decisions by hand (JSON) that the works follow.
create table dedupe_state (
    id         integer primary key check (id = 1),
    rules      text not null,
    decisions  text not null
);

create index dedupe_rows_original on dedupe_rows (original) where original is not null;
create index evidence_b on evidence (record_b);
