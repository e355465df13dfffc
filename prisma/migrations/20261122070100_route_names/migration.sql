-- The routes of a preset are named by the local day on which they begin. Those that begin at a midnight of summer time
-- were named by the day of UTC, the one before, and would be loaded a second time under their new name. What the ledger
-- says of a route stays as it was said; a force's own routes keep their names.
UPDATE route r
   SET id = replace(r.id, to_char(r.valid_from AT TIME ZONE 'UTC', 'YYYY-MM-DD'),
                    to_char(r.valid_from AT TIME ZONE 'Europe/London', 'YYYY-MM-DD'))
 WHERE r.id = (CASE r.postcode_area WHEN '*' THEN 'others' ELSE lower(r.postcode_area) END) || '-' || r.provider_id || '-'
              || to_char(r.valid_from AT TIME ZONE 'UTC', 'YYYY-MM-DD')
   AND (r.valid_from AT TIME ZONE 'UTC')::date <> (r.valid_from AT TIME ZONE 'Europe/London')::date;
