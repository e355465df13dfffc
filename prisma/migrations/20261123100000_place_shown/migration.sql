-- What of a place may be shown to the people who come there. A place without a row, and one whose words were taken back, is
-- shown to nobody. The build before shows none, and does not look here.
CREATE TABLE "place_shown" (
    "force_id" TEXT NOT NULL,
    "place_code" TEXT NOT NULL,
    "words_en" TEXT,
    "words_cy" TEXT,
    "changed_by" TEXT NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "place_shown_pkey" PRIMARY KEY ("force_id","place_code"),
    -- In both languages or in none.
    CONSTRAINT "place_shown_words_check" CHECK (("words_en" IS NULL) = ("words_cy" IS NULL))
);

ALTER TABLE "place_shown" ADD CONSTRAINT "place_shown_force_id_place_code_fkey" FOREIGN KEY ("force_id", "place_code") REFERENCES "place"("force_id", "code") ON DELETE NO ACTION ON UPDATE NO ACTION;
