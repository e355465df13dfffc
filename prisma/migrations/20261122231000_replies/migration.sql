-- Texts that come in: what each means, and which text it answers.

-- To which number a text was handed over, so that an answer from there finds it. Null: handed over before this was kept.
ALTER TABLE "message" ADD COLUMN "recipient_index" TEXT;
CREATE INDEX "message_recipient_idx" ON "message"("force_id", "recipient_index", "handed_over_at")
  WHERE "recipient_index" IS NOT NULL;

-- One text of the gateway, once: it may be told of any number of times. Number and words are sealed; of an erased person
-- they are gone.
-- CreateTable
CREATE TABLE "reply" (
    "force_id" TEXT NOT NULL,
    "id" UUID NOT NULL,
    "gateway_id" TEXT NOT NULL,
    "mobile" TEXT,
    "mobile_index" TEXT,
    "words" TEXT,
    "meaning" TEXT NOT NULL,
    "call_today" BOOLEAN NOT NULL,
    "received_at" TIMESTAMPTZ(3) NOT NULL,
    "intent_id" UUID,
    "pathway_id" UUID,
    "appointment_id" TEXT,
    -- Somebody of this force had the number, and what it says of texts is recorded of them.
    "told_of_person" BOOLEAN NOT NULL DEFAULT false,
    "outcome" TEXT,
    "carried_at" TIMESTAMPTZ(3),
    "finding" TEXT,
    "settled_at" TIMESTAMPTZ(3),
    "settled_by" TEXT,
    "settled_as" TEXT,

    CONSTRAINT "reply_pkey" PRIMARY KEY ("force_id","id"),
    CONSTRAINT "reply_meaning_check" CHECK ("meaning" IN
      ('confirm', 'cannot-come', 'stop', 'start', 'help', 'wrong-person', 'other')),
    CONSTRAINT "reply_outcome_check" CHECK ("outcome" IN ('recorded', 'refused')),
    CONSTRAINT "reply_finding_check" CHECK ("finding" IN ('dealt-with', 'number-is-right')),
    CONSTRAINT "reply_settled_check" CHECK (("settled_at" IS NULL) = ("finding" IS NULL)
      AND ("settled_at" IS NULL) = ("settled_by" IS NULL) AND ("settled_at" IS NULL) = ("settled_as" IS NULL)),
    CONSTRAINT "reply_appointment_check" CHECK ("appointment_id" IS NULL OR "pathway_id" IS NOT NULL)
);

-- CreateIndex
CREATE UNIQUE INDEX "reply_force_id_gateway_id_key" ON "reply"("force_id", "gateway_id");

-- CreateIndex
CREATE INDEX "reply_force_id_mobile_index_idx" ON "reply"("force_id", "mobile_index");

-- CreateIndex
CREATE INDEX "reply_force_id_pathway_id_idx" ON "reply"("force_id", "pathway_id");

CREATE INDEX "reply_uncarried_idx" ON "reply"("received_at") WHERE "carried_at" IS NULL;
CREATE INDEX "reply_open_idx" ON "reply"("force_id", "received_at") WHERE "settled_at" IS NULL;

-- AddForeignKey
ALTER TABLE "reply" ADD CONSTRAINT "reply_force_id_fkey" FOREIGN KEY ("force_id") REFERENCES "force"("id") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "reply" ADD CONSTRAINT "reply_force_id_pathway_id_fkey" FOREIGN KEY ("force_id", "pathway_id") REFERENCES "pathway"("force_id", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "reply" ADD CONSTRAINT "reply_force_id_intent_id_fkey" FOREIGN KEY ("force_id", "intent_id") REFERENCES "message"("force_id", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- What somebody wrote does not change.
CREATE TRIGGER reply_stays
  BEFORE DELETE OR UPDATE OF force_id, id, gateway_id, meaning, call_today, received_at, intent_id, pathway_id,
    appointment_id ON reply
  FOR EACH ROW EXECUTE FUNCTION llwybr_forbid_change();
