-- Enrolments in the online programme are messages by a channel of their own: claimed, judged, handed over and settled as
-- texts are. What is handed over is the id of the message alone, so there is neither a recipient nor words; the body is
-- the access code that came back, sealed. The build before it plans none and reads none.
ALTER TABLE message DROP CONSTRAINT message_channel_check;
ALTER TABLE message ADD CONSTRAINT message_channel_check CHECK (channel IN ('sms', 'email', 'programme'));

ALTER TABLE message DROP CONSTRAINT message_handover_check;
ALTER TABLE message ADD CONSTRAINT message_handover_check CHECK (
  handed_over_at IS NULL OR channel = 'programme'
  OR (recipient IS NOT NULL AND body IS NOT NULL AND language IS NOT NULL));
