-- The migration that began to tell of texts which failed late also marked every one that had ever failed so. Where what a text
-- was about is past, or its time is over, nobody can make up for it any more: it is not told of now.
UPDATE "message" m SET "failure_carried_at" = m."failure_reported_at"
 WHERE m."failure_reported_at" IS NOT NULL AND m."failure_carried_at" IS NULL
   AND (m."expires_at" < clock_timestamp() OR EXISTS (
     SELECT FROM pathway p, jsonb_array_elements(coalesce(p.summary->'appointments', '[]')) a
      WHERE p.force_id = m.force_id AND p.id = m.pathway_id
        AND a->>'appointmentId' = m.appointment_id AND (a->>'startsAt')::timestamptz < clock_timestamp()));
