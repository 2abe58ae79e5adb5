-- The store of one review. One SQLite file, readable by anyone with sqlite3.
-- Dates and times are ISO 8601, UTC. JSON columns hold what is shown or exported but not searched by.

-- One line per call of run, update, import, snowball. `state`: running, complete, incomplete, failed.
create table runs (
    id               integer primary key,
    kind             text not null,
    strategy         text not null,           -- the strategy's name
    strategy_sha256  text not null,
    strategy_text    text not null,           -- the file exactly as it was
    terms_sha256     text not null,           -- of what decides which records are found; '' where there is no strategy
    options          text not null,           -- JSON: what the command line asked for, without credentials
    window_by        text,
    since            text,
    until            text,                    -- the last day that this run speaks of
    as_of            text,                    -- the day it was run as of, when that was asked for
    state            text not null,
    program_version  text not null,
    started_at       text not null,
    finished_at      text
);

-- One line per source asked in a run, and per attempt: `resume` goes on in a search that was cut off, but asks anew
-- (attempt + 1) where the source's count and what came did not agree; the older attempt is then `superseded`.
-- `state`: pending, running, complete, incomplete, failed, superseded, not-searched (it cannot be asked by a program).
create table searches (
    id           integer primary key,
    run_id       integer not null references runs (id),
    source       text not null,
    attempt      integer not null default 1,
    kind         text not null,               -- run: all that the strategy finds; update: since a day; recheck: kept records that were revised
    label        text not null,               -- the source's name for people
    dialect      text not null,
    text         text not null,               -- as sent
    base         text not null,               -- the same without its window
    window_by    text,
    since        text,
    until        text,
    first_n      integer,
    losses       text not null,               -- JSON: [{kind, what, why}]
    translation  text,                        -- as the server understood it
    warnings     text,                        -- JSON: sentences
    reported     integer,                     -- the source's own count; null until it has said
    retrieved    integer,                     -- distinct records kept; null until it ended
    offered      integer,                     -- documents that a site had, of which the strategy, read locally, keeps some
    quarantined  integer,                     -- items that could not be read, kept raw
    cursor       text not null default '',    -- where to go on
    state        text not null,
    error        text,
    hint         text,
    started_at   text,
    finished_at  text,
    as_of        text,                        -- the last day that the source says its index covers
    unique (run_id, source, kind, attempt)
);

-- The librarian's numbered table, per search.
create table lines (
    search_id    integer not null references searches (id),
    number       integer not null,
    block        text not null,
    label        text not null,               -- as the strategy wrote it
    text         text not null,               -- as sent
    hits         integer,                     -- null: not counted
    translation  text,
    warnings     text,
    primary key (search_id, number)
) without rowid;

-- Bodies of answers, once each, however often they came.
create table payloads (
    sha256    text primary key,
    encoding  text not null,                  -- zlib or none
    size      integer not null,               -- bytes, unpacked
    body      blob not null
);

-- Every answer that a search got, in order. `request` is redacted.
create table pages (
    id          integer primary key,
    search_id   integer not null references searches (id),
    seq         integer not null,
    kind        text not null,
    request     text not null,
    status      integer not null,
    media_type  text not null,
    sha256      text not null references payloads (sha256),
    detail      text not null,                -- JSON
    cursor      text not null,
    fetched_at  text not null,
    unique (search_id, seq)
);
create index pages_sha256 on pages (sha256);

-- The ids a source listed for a search: all of them have to arrive.
create table expected (
    search_id  integer not null references searches (id),
    source_id  text not null,
    primary key (search_id, source_id)
) without rowid;

-- What a page held: one line per record in it. record_id is null for an item in quarantine, whose raw form stays
-- in the page; `error` says what was wrong with it. content_hash is what the record said in this page. Neither record
-- nor error: a document of a site that the strategy, read locally, does not match.
create table items (
    page_id       integer not null references pages (id),
    position      integer not null,
    source_id     text not null,
    record_id     integer references records (id),
    content_hash  text,
    error         text,
    primary key (page_id, position)
) without rowid;
create index items_record on items (record_id);

-- One line per (source, source's own id): what that source says now.
create table records (
    id            integer primary key,
    source        text not null,
    source_id     text not null,
    version       text not null,
    kind          text not null,
    title         text not null,
    journal       text not null,
    year          integer,
    published     text not null,              -- ISO, as precise as it is known
    volume        text not null,
    issue         text not null,
    pages         text not null,
    language      text not null,
    entered       text not null,              -- ISO; '' where the source does not say
    abstract      text not null,              -- labelled parts as LABEL: text, one a line
    content_hash  text not null,              -- sha256 of `data`
    data          text not null,              -- JSON: the whole record (harvester.record.Record.to_dict)
    first_run     integer not null references runs (id),
    changed_run   integer not null references runs (id),
    unique (source, source_id)
);
create index records_first_run on records (first_run);
create index records_changed_run on records (changed_run);

-- What a record said before it changed, and older versions that came after a newer one.
create table record_history (
    record_id     integer not null references records (id),
    run_id        integer not null references runs (id),   -- the run that replaced it
    content_hash  text not null,
    data          text not null,
    primary key (record_id, run_id, content_hash)
) without rowid;

create table identifiers (
    record_id  integer not null references records (id),
    scheme     text not null,
    value      text not null,
    primary key (scheme, value, record_id)
) without rowid;
create index identifiers_record on identifiers (record_id);

create table authors (
    record_id  integer not null references records (id),
    position   integer not null,
    name       text not null,
    primary key (record_id, position)
) without rowid;

-- Headings, keywords, publication types and languages: what a record is filed under. `kind`: heading, major (a heading
-- that is the focus), keyword, type, language.
create table subjects (
    record_id  integer not null references records (id),
    position   integer not null,
    kind       text not null,
    term       text not null,
    primary key (record_id, position)
) without rowid;

-- Comments and corrections: retractions, errata, updates, preprints.
create table relations (
    record_id  integer not null references records (id),
    position   integer not null,
    kind       text not null,
    pmid       text not null,
    doi        text not null,
    citation   text not null,
    primary key (record_id, position)
) without rowid;

-- Which record a search found, in which run; the first page that gave it.
create table found (
    search_id  integer not null references searches (id),
    record_id  integer not null references records (id),
    page_id    integer not null references pages (id),
    primary key (search_id, record_id)
) without rowid;
create index found_record on found (record_id);

-- Which lines of the strategy a record answers, evaluated locally on title, abstract and keywords.
create table found_lines (
    search_id  integer not null references searches (id),
    record_id  integer not null references records (id),
    number     integer not null,
    primary key (search_id, record_id, number)
) without rowid;

-- A work is a cluster of records; its id is the smallest record id that was ever in it.
create table works (
    id         integer primary key,
    first_run  integer not null references runs (id),
    merged     text                           -- JSON: the best field of each record; null: the one record itself
);
-- content_hash is what the record said when it was judged: one that says something else now is judged again.
create table work_records (
    record_id     integer primary key references records (id),
    work_id       integer not null references works (id),
    content_hash  text not null
);
create index work_records_work on work_records (work_id);

-- Why two records were judged: same, different or uncertain. Kept for all pairs that were compared closely.
create table evidence (
    record_a  integer not null references records (id),
    record_b  integer not null references records (id),
    verdict   text not null,
    score     real not null,
    reasons   text not null,                  -- JSON: sentences
    relation  text not null,                  -- what joins two that are not the same (preprint, correction, ...), or ''
    vetoed    integer not null,               -- 1: a contradiction decided, no chain of other pairs may join the two
    run_id    integer references runs (id),   -- the run after which the pair was first judged so
    primary key (record_a, record_b),
    check (record_a < record_b)
) without rowid;

-- Decisions by hand. Never overwritten: a later one has a higher id, an undone one has undone_at.
create table decisions (
    id         integer primary key,
    record_a   integer not null references records (id),
    record_b   integer not null references records (id),
    verdict    text not null check (verdict in ('same', 'different')),
    decided_by text not null,
    decided_at text not null,
    undone_at  text,
    check (record_a < record_b)
);

-- A window is closed per (strategy, source), and only by a search whose count equals what is in the store.
create table windows (
    id         integer primary key,
    strategy   text not null,
    source     text not null,
    window_by  text not null,
    since      text,
    until      text not null,
    search_id  integer not null unique references searches (id),
    terms_sha256 text not null,               -- of the run that closed it
    closed_at  text not null
);

create table exports (
    id          integer primary key,
    run_id      integer references runs (id),
    options     text not null,                -- JSON
    exported_at text not null
);
create table export_files (
    export_id  integer not null references exports (id),
    file       text not null,
    format     text not null,
    records    integer not null,
    sha256     text not null,
    primary key (export_id, file)
) without rowid;
