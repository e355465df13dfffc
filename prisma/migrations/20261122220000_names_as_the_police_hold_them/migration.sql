-- What a provider has put right about a person is the provider's: the police go on seeing what they hold.
CREATE INDEX "amended_detail_person_idx" ON "amended_detail"("force_id", "person_id", "detail");

-- One sealed detail as the police hold it: as it was put right last by somebody else than a provider; else as it was before
-- a provider put it right; else as it is now.
CREATE FUNCTION llwybr_police_held(p_force text, p_person uuid, p_detail text, p_now text) RETURNS text LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT CASE
      WHEN NOT coalesce(bool_or(x.by_provider), false) THEN p_now
      WHEN bool_or(NOT x.by_provider)
        THEN (array_agg(x.new_value ORDER BY x.recorded_at DESC, x.seq DESC) FILTER (WHERE NOT x.by_provider))[1]
      ELSE (array_agg(x.old_value ORDER BY x.recorded_at, x.seq))[1] END
    FROM (
      SELECT d.old_value, d.new_value, e.recorded_at, e.seq,
          e.actor_role IN ('ProviderWorker', 'ProviderManager') AS by_provider
        FROM amended_detail d
        JOIN amendment a ON a.force_id = d.force_id AND a.id = d.amendment_id
        JOIN event e ON e.force_id = a.force_id AND e.pathway_id = a.pathway_id AND e.seq = a.seq
       WHERE d.force_id = p_force AND d.person_id = p_person AND d.detail = p_detail
    ) x
$$;
