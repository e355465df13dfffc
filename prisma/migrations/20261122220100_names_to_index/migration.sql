-- People whose name or birth date was put right and whose index of both is still to be computed from their row: two who put
-- one half right at once each knew only their own. Marked in the statement that takes an amendment, and cleared in the
-- transaction that computes the index under the lock of the person's row.
CREATE TABLE "name_to_index" (
    "force_id" TEXT NOT NULL,
    "person_id" UUID NOT NULL,
    "marked_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "name_to_index_pkey" PRIMARY KEY ("force_id","person_id")
);

-- AddForeignKey
ALTER TABLE "name_to_index" ADD CONSTRAINT "name_to_index_force_id_person_id_fkey" FOREIGN KEY ("force_id", "person_id") REFERENCES "person"("force_id", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;

CREATE FUNCTION llwybr_mark_name() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO name_to_index (force_id, person_id)
    SELECT a.force_id, a.person_id FROM amendment a
     WHERE a.force_id = NEW.force_id AND a.id = llwybr_request_id(NEW.command_id) AND a.pathway_id = NEW.pathway_id
       AND a.seq = NEW.seq AND a.name_dob_index IS NOT NULL
    ON CONFLICT DO NOTHING;
  RETURN NULL;
END
$$;

-- By its name after event_takes_amendment, which holds the person's row.
CREATE TRIGGER event_takes_amendment_then_marks_name AFTER INSERT ON event
  FOR EACH ROW WHEN (NEW.type = 'details-amended') EXECUTE FUNCTION llwybr_mark_name();
