-- For which force the address is that the text gateway posts to: a text that it could not hand over, and that answers none
-- of ours, is fetched for that force. Up to when all were fetched stands among the sweeps. The build before it reads neither.
CREATE TABLE "inbound_address" (
    "force_id" TEXT NOT NULL,
    "posted_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "inbound_address_pkey" PRIMARY KEY ("force_id")
);

ALTER TABLE "inbound_address" ADD CONSTRAINT "inbound_address_force_id_fkey" FOREIGN KEY ("force_id") REFERENCES "force"("id") ON DELETE NO ACTION ON UPDATE NO ACTION;
