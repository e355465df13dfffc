-- Where e-mails to people at work go: the inbox of a team, the address of a worker or an officer by their account. And
-- messages that are e-mails. The build before it plans none and reads neither.
CREATE TABLE "staff_address" (
    "force_id" TEXT NOT NULL,
    "id" UUID NOT NULL,
    "owner_kind" TEXT NOT NULL,
    "owner_id" TEXT NOT NULL,
    "address" TEXT,
    "changed_by" TEXT NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "staff_address_pkey" PRIMARY KEY ("force_id","id")
);

CREATE UNIQUE INDEX "staff_address_force_id_owner_kind_owner_id_key" ON "staff_address"("force_id", "owner_kind", "owner_id");

ALTER TABLE "staff_address" ADD CONSTRAINT "staff_address_force_id_fkey" FOREIGN KEY ("force_id") REFERENCES "force"("id") ON DELETE NO ACTION ON UPDATE NO ACTION;

ALTER TABLE staff_address ADD CONSTRAINT staff_address_owner_check CHECK (owner_kind IN ('team', 'user'));

ALTER TABLE message DROP CONSTRAINT message_channel_check;
ALTER TABLE message ADD CONSTRAINT message_channel_check CHECK (channel IN ('sms', 'email'));
