-- Messages that are still owed, few among all that were ever sent: the sweep looks at them every half minute.
CREATE INDEX "message_owed_idx" ON "message"("not_before") WHERE "status" IN ('planned', 'sending');
