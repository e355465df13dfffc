-- Appointments with a provider that has let the case go since, of which nothing is recorded: few, and looked for by that
-- provider, which the case does not name any more. Rows written by the build before have none.
CREATE INDEX "pathway_former_appointment_idx" ON "pathway"("force_id", "id")
  WHERE jsonb_path_exists("summary", '$.appointments[*].formerProviderId');
