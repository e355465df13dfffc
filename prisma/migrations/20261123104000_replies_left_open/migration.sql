-- What somebody wrote back and nobody had seen to when the case ended, or became another person's: the end settles what was
-- asked on the case, and the reply waits for a person all the same. Of which event it was left open; null: of none.
ALTER TABLE "reply" ADD COLUMN "left_open_by" TEXT;

-- Whether what is asked on a case is about this reply.
CREATE FUNCTION llwybr_asks_about(p_reply reply, p_asked jsonb) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT EXISTS (
    SELECT FROM jsonb_array_elements(p_asked) a
     WHERE a->>'ref' = (p_reply).id::text
       OR a->>'code' = 'reply-cannot-come' AND (p_reply).meaning = 'cannot-come' AND a->>'ref' = (p_reply).appointment_id)
$$;

-- What else settles it was done by somebody who saw to it: they rang the person, or moved the appointment.
CREATE FUNCTION llwybr_leave_replies_open() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE reply r SET left_open_by = NEW.type
    WHERE r.force_id = NEW.force_id AND r.pathway_id = NEW.pathway_id AND r.settled_at IS NULL
      AND llwybr_asks_about(r, NEW.effects->'settled');
  RETURN NULL;
END
$$;

-- Opened again with what was asked: it is on the case, as before.
CREATE FUNCTION llwybr_ask_of_replies_again() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE reply r SET left_open_by = NULL
    WHERE r.force_id = NEW.force_id AND r.pathway_id = NEW.pathway_id AND r.left_open_by IS NOT NULL
      AND llwybr_asks_about(r, NEW.effects->'raised');
  RETURN NULL;
END
$$;

CREATE TRIGGER event_replies_left_open AFTER INSERT ON event
  FOR EACH ROW WHEN (NEW.type IN ('pathway-closed', 'pathway-voided', 'pathway-ended', 'death-noted', 'person-reassigned')
    AND NEW.effects ? 'settled')
  EXECUTE FUNCTION llwybr_leave_replies_open();

CREATE TRIGGER event_replies_asked_again AFTER INSERT ON event
  FOR EACH ROW WHEN (NEW.type IN ('pathway-reopened', 'death-corrected') AND NEW.effects ? 'raised')
  EXECUTE FUNCTION llwybr_ask_of_replies_again();

-- Those that were lost so.
UPDATE "reply" r SET left_open_by = e.type
  FROM event e
 WHERE e.force_id = r.force_id AND e.pathway_id = r.pathway_id AND r.settled_at IS NULL
   AND e.type IN ('pathway-closed', 'pathway-voided', 'pathway-ended', 'death-noted', 'person-reassigned')
   AND llwybr_asks_about(r, e.effects->'settled')
   AND NOT EXISTS (
     SELECT FROM event again
      WHERE again.force_id = e.force_id AND again.pathway_id = e.pathway_id AND again.seq > e.seq
        AND again.type IN ('pathway-reopened', 'death-corrected') AND llwybr_asks_about(r, again.effects->'raised'));

-- What no case has, until its number and words are erased.
CREATE INDEX "reply_unmatched_kept_idx" ON "reply"("received_at") WHERE "pathway_id" IS NULL AND "words" IS NOT NULL;
