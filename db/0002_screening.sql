-- What people decided about works: taken in from screening tools, and the pairs put off on the duplicates page.

-- One line per file of decisions that was taken in.
create table screening_files (
    id           integer primary key,
    file         text not null,               -- its name, without folders
    sha256       text not null,
    tool         text not null,               -- rayyan, covidence, asreview, eppi, endnote, zotero, csv
    stage        text not null,               -- title-abstract or full-text
    records      integer not null,            -- how many records the file holds
    decided      integer not null,            -- how many of them carry a decision
    imported_at  text not null
);

-- One line per (work, stage, reviewer) and change of mind. Never overwritten: the one with the highest id stands.
-- record_id is a record of the work: works may be joined or taken apart later, records stay.
create table screening_decisions (
    id          integer primary key,
    file_id     integer not null references screening_files (id),
    record_id   integer not null references records (id),
    stage       text not null check (stage in ('title-abstract', 'full-text')),
    verdict     text not null check (verdict in ('include', 'exclude', 'maybe', 'not-retrieved')),
    reason      text not null,
    reviewer    text not null,                -- '' where the file names nobody
    matched_by  text not null,                -- doi, pmid, ..., or duplicate: by the deduplicator
    decided_at  text not null
);
create index screening_decisions_record on screening_decisions (record_id);

-- Decided records of a file that no work could be found for, named one by one.
create table screening_unmatched (
    file_id   integer not null references screening_files (id),
    position  integer not null,               -- place in the file, from 1
    title     text not null,
    doi       text not null,
    pmid      text not null,
    verdict   text not null,
    why       text not null,
    primary key (file_id, position)
) without rowid;

-- Uncertain pairs that a reviewer put off: they come last.
create table postponed_pairs (
    record_a  integer not null references records (id),
    record_b  integer not null references records (id),
    reviewer  text not null,
    put_off_at text not null,
    primary key (record_a, record_b, reviewer),
    check (record_a < record_b)
) without rowid;
