-- The newest run when works were last judged: what came or changed before it has been judged. Null: not known.
alter table dedupe_state add column run_id integer;
