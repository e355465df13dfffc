-- Texts about appointments of several cases went to one number on one day, and the answer names none: each of the cases
-- has a reply of its own, and in each a person asks which is meant.
ALTER TABLE "reply" ADD COLUMN "unclear" BOOLEAN NOT NULL DEFAULT false;

-- What somebody wrote does not change.
DROP TRIGGER reply_stays ON reply;
CREATE TRIGGER reply_stays
  BEFORE DELETE OR UPDATE OF force_id, id, gateway_id, meaning, call_today, received_at, intent_id, pathway_id,
    appointment_id, unclear ON reply
  FOR EACH ROW EXECUTE FUNCTION llwybr_forbid_change();
