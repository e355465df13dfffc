-- A text that the gateway took and could not deliver: its pathway hears of it, so that a person reaches the person. Set when
-- the gateway tells, null again once the pathway has answered. The build before it sets it never, and tells nobody.
ALTER TABLE message ADD COLUMN report_wanted_at TIMESTAMPTZ(3);

CREATE INDEX message_report_wanted_idx ON message (report_wanted_at, id) WHERE report_wanted_at IS NOT NULL;
