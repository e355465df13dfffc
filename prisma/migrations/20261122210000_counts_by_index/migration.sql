-- How many there are of each stage, without a look at every row: lists show how long they are on every page.
CREATE INDEX "pathway_counted_idx" ON "pathway"("force_id", "provider_id", "kind", "stage");

-- With what the counts ask of a row besides, so that they need not fetch it.
DROP INDEX "pathway_working_idx";
CREATE INDEX "pathway_working_idx" ON "pathway"("force_id", "provider_id", "next_due_at", "id")
  INCLUDE ("kind", "stage", "worker_id", "closed_at")
  WHERE "closed_at" IS NULL OR "stage" = 'concluded';

-- The same. The list itself stays outside: it may be longer than an index takes.
DROP INDEX "pathway_attention_idx";
CREATE INDEX "pathway_attention_idx" ON "pathway"("force_id", "provider_id", "next_due_at", "id")
  INCLUDE ("kind", "stage")
  WHERE "attention" <> '[]';
