-- When a message was handed to the gateway, to whom and in which words, written before the gateway is called. A claim
-- without it never reached the gateway; a claim with it may have, and is looked up there and never sent again.
-- The number is encrypted as the words are: it tells where a text went when the person's number has changed since.
ALTER TABLE "message" ADD COLUMN "handed_over_at" TIMESTAMPTZ(3), ADD COLUMN "recipient" TEXT;

ALTER TABLE message ADD CONSTRAINT message_handover_check CHECK (
  handed_over_at IS NULL OR (recipient IS NOT NULL AND body IS NOT NULL AND language IS NOT NULL));

-- One text of the gateway's is one message of ours: of two that look for the same words, one finds it.
CREATE UNIQUE INDEX message_gateway_id_key ON message (gateway_id) WHERE gateway_id IS NOT NULL;
