-- What letters to people say of where they come from. The build before it makes no letters, and does not look here.
CREATE TABLE "letterhead" (
    "force_id" TEXT NOT NULL,
    "organisation_id" TEXT NOT NULL,
    "lines" TEXT[],
    "phone" TEXT NOT NULL,
    "changed_by" TEXT NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "letterhead_pkey" PRIMARY KEY ("force_id","organisation_id")
);

ALTER TABLE "letterhead" ADD CONSTRAINT "letterhead_force_id_organisation_id_fkey" FOREIGN KEY ("force_id", "organisation_id") REFERENCES "organisation"("force_id", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;
