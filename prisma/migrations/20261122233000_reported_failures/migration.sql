-- Texts that the gateway took and could not deliver: their pathway hears of it, once.

-- AlterTable
ALTER TABLE "message" ADD COLUMN "failure_reported_at" TIMESTAMPTZ(3),
  ADD COLUMN "failure_carried_at" TIMESTAMPTZ(3);

-- What the gateway reported before this was carried, nobody has heard of; only such a text has both.
UPDATE "message" SET "failure_reported_at" = "settled_at" WHERE "status" = 'failed' AND "gateway_id" IS NOT NULL;

CREATE INDEX "message_failure_uncarried_idx" ON "message"("failure_reported_at")
  WHERE "failure_reported_at" IS NOT NULL AND "failure_carried_at" IS NULL;
