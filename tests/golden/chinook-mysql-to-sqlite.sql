-- chinook: mysql to sqlite

-- tables
CREATE TABLE "Album" (
  "AlbumId" INTEGER PRIMARY KEY NOT NULL,
  "Title" VARCHAR(160) NOT NULL,
  "ArtistId" INTEGER NOT NULL,
  CONSTRAINT "FK_AlbumArtistId" FOREIGN KEY ("ArtistId") REFERENCES "Artist" ("ArtistId")
);
CREATE TABLE "Artist" (
  "ArtistId" INTEGER PRIMARY KEY NOT NULL,
  "Name" VARCHAR(120) DEFAULT NULL
);
CREATE TABLE "Customer" (
  "CustomerId" INTEGER PRIMARY KEY NOT NULL,
  "FirstName" VARCHAR(40) NOT NULL,
  "LastName" VARCHAR(20) NOT NULL,
  "Company" VARCHAR(80) DEFAULT NULL,
  "Address" VARCHAR(70) DEFAULT NULL,
  "City" VARCHAR(40) DEFAULT NULL,
  "State" VARCHAR(40) DEFAULT NULL,
  "Country" VARCHAR(40) DEFAULT NULL,
  "PostalCode" VARCHAR(10) DEFAULT NULL,
  "Phone" VARCHAR(24) DEFAULT NULL,
  "Fax" VARCHAR(24) DEFAULT NULL,
  "Email" VARCHAR(60) NOT NULL,
  "SupportRepId" INTEGER DEFAULT NULL,
  CONSTRAINT "FK_CustomerSupportRepId" FOREIGN KEY ("SupportRepId") REFERENCES "Employee" ("EmployeeId")
);
CREATE TABLE "Employee" (
  "EmployeeId" INTEGER PRIMARY KEY NOT NULL,
  "LastName" VARCHAR(20) NOT NULL,
  "FirstName" VARCHAR(20) NOT NULL,
  "Title" VARCHAR(30) DEFAULT NULL,
  "ReportsTo" INTEGER DEFAULT NULL,
  "BirthDate" TIMESTAMP DEFAULT NULL,
  "HireDate" TIMESTAMP DEFAULT NULL,
  "Address" VARCHAR(70) DEFAULT NULL,
  "City" VARCHAR(40) DEFAULT NULL,
  "State" VARCHAR(40) DEFAULT NULL,
  "Country" VARCHAR(40) DEFAULT NULL,
  "PostalCode" VARCHAR(10) DEFAULT NULL,
  "Phone" VARCHAR(24) DEFAULT NULL,
  "Fax" VARCHAR(24) DEFAULT NULL,
  "Email" VARCHAR(60) DEFAULT NULL,
  CONSTRAINT "FK_EmployeeReportsTo" FOREIGN KEY ("ReportsTo") REFERENCES "Employee" ("EmployeeId")
);
CREATE TABLE "Genre" (
  "GenreId" INTEGER PRIMARY KEY NOT NULL,
  "Name" VARCHAR(120) DEFAULT NULL
);
CREATE TABLE "Invoice" (
  "InvoiceId" INTEGER PRIMARY KEY NOT NULL,
  "CustomerId" INTEGER NOT NULL,
  "InvoiceDate" TIMESTAMP NOT NULL,
  "BillingAddress" VARCHAR(70) DEFAULT NULL,
  "BillingCity" VARCHAR(40) DEFAULT NULL,
  "BillingState" VARCHAR(40) DEFAULT NULL,
  "BillingCountry" VARCHAR(40) DEFAULT NULL,
  "BillingPostalCode" VARCHAR(10) DEFAULT NULL,
  "Total" DECIMAL(10,2) NOT NULL,
  CONSTRAINT "FK_InvoiceCustomerId" FOREIGN KEY ("CustomerId") REFERENCES "Customer" ("CustomerId")
);
CREATE TABLE "InvoiceLine" (
  "InvoiceLineId" INTEGER PRIMARY KEY NOT NULL,
  "InvoiceId" INTEGER NOT NULL,
  "TrackId" INTEGER NOT NULL,
  "UnitPrice" DECIMAL(10,2) NOT NULL,
  "Quantity" INTEGER NOT NULL,
  CONSTRAINT "FK_InvoiceLineInvoiceId" FOREIGN KEY ("InvoiceId") REFERENCES "Invoice" ("InvoiceId"),
  CONSTRAINT "FK_InvoiceLineTrackId" FOREIGN KEY ("TrackId") REFERENCES "Track" ("TrackId")
);
CREATE TABLE "MediaType" (
  "MediaTypeId" INTEGER PRIMARY KEY NOT NULL,
  "Name" VARCHAR(120) DEFAULT NULL
);
CREATE TABLE "Playlist" (
  "PlaylistId" INTEGER PRIMARY KEY NOT NULL,
  "Name" VARCHAR(120) DEFAULT NULL
);
CREATE TABLE "PlaylistTrack" (
  "PlaylistId" INTEGER NOT NULL,
  "TrackId" INTEGER NOT NULL,
  PRIMARY KEY ("PlaylistId", "TrackId"),
  CONSTRAINT "FK_PlaylistTrackPlaylistId" FOREIGN KEY ("PlaylistId") REFERENCES "Playlist" ("PlaylistId"),
  CONSTRAINT "FK_PlaylistTrackTrackId" FOREIGN KEY ("TrackId") REFERENCES "Track" ("TrackId")
);
CREATE TABLE "Track" (
  "TrackId" INTEGER PRIMARY KEY NOT NULL,
  "Name" VARCHAR(200) NOT NULL,
  "AlbumId" INTEGER DEFAULT NULL,
  "MediaTypeId" INTEGER NOT NULL,
  "GenreId" INTEGER DEFAULT NULL,
  "Composer" VARCHAR(220) DEFAULT NULL,
  "Milliseconds" INTEGER NOT NULL,
  "Bytes" INTEGER DEFAULT NULL,
  "UnitPrice" DECIMAL(10,2) NOT NULL,
  CONSTRAINT "FK_TrackAlbumId" FOREIGN KEY ("AlbumId") REFERENCES "Album" ("AlbumId"),
  CONSTRAINT "FK_TrackGenreId" FOREIGN KEY ("GenreId") REFERENCES "Genre" ("GenreId"),
  CONSTRAINT "FK_TrackMediaTypeId" FOREIGN KEY ("MediaTypeId") REFERENCES "MediaType" ("MediaTypeId")
);

-- indexes
CREATE INDEX "IFK_AlbumArtistId" ON "Album" ("ArtistId");
CREATE INDEX "IFK_CustomerSupportRepId" ON "Customer" ("SupportRepId");
CREATE INDEX "IFK_EmployeeReportsTo" ON "Employee" ("ReportsTo");
CREATE INDEX "IFK_InvoiceCustomerId" ON "Invoice" ("CustomerId");
CREATE INDEX "IFK_InvoiceLineInvoiceId" ON "InvoiceLine" ("InvoiceId");
CREATE INDEX "IFK_InvoiceLineTrackId" ON "InvoiceLine" ("TrackId");
CREATE INDEX "IFK_PlaylistTrackPlaylistId" ON "PlaylistTrack" ("PlaylistId");
CREATE INDEX "IFK_PlaylistTrackTrackId" ON "PlaylistTrack" ("TrackId");
CREATE INDEX "IFK_TrackAlbumId" ON "Track" ("AlbumId");
CREATE INDEX "IFK_TrackGenreId" ON "Track" ("GenreId");
CREATE INDEX "IFK_TrackMediaTypeId" ON "Track" ("MediaTypeId");

-- analyze
ANALYZE "Album";
ANALYZE "Artist";
ANALYZE "Customer";
ANALYZE "Employee";
ANALYZE "Genre";
ANALYZE "Invoice";
ANALYZE "InvoiceLine";
ANALYZE "MediaType";
ANALYZE "Playlist";
ANALYZE "PlaylistTrack";
ANALYZE "Track";

-- notes
-- warning database golden_chinook: text columns compare without regard to case (collations …_ci); a target that tells case apart finds fewer rows equal
-- warning table golden_chinook.Album: text that differs in case only is equal in the source but not in the target: searches, unique keys and sorting may differ; columns Title (utf8mb3_general_ci)
-- warning table golden_chinook.Artist: text that differs in case only is equal in the source but not in the target: searches, unique keys and sorting may differ; columns Name (utf8mb3_general_ci)
-- warning table golden_chinook.Customer: text that differs in case only is equal in the source but not in the target: searches, unique keys and sorting may differ; columns FirstName (utf8mb3_general_ci), LastName (utf8mb3_general_ci), Company (utf8mb3_general_ci), Address (utf8mb3_general_ci), City (utf8mb3_general_ci), State (utf8mb3_general_ci), Country (utf8mb3_general_ci), PostalCode (utf8mb3_general_ci), Phone (utf8mb3_general_ci), Fax (utf8mb3_general_ci), Email (utf8mb3_general_ci)
-- warning table golden_chinook.Employee: text that differs in case only is equal in the source but not in the target: searches, unique keys and sorting may differ; columns LastName (utf8mb3_general_ci), FirstName (utf8mb3_general_ci), Title (utf8mb3_general_ci), Address (utf8mb3_general_ci), City (utf8mb3_general_ci), State (utf8mb3_general_ci), Country (utf8mb3_general_ci), PostalCode (utf8mb3_general_ci), Phone (utf8mb3_general_ci), Fax (utf8mb3_general_ci), Email (utf8mb3_general_ci)
-- warning table golden_chinook.Genre: text that differs in case only is equal in the source but not in the target: searches, unique keys and sorting may differ; columns Name (utf8mb3_general_ci)
-- warning table golden_chinook.Invoice: text that differs in case only is equal in the source but not in the target: searches, unique keys and sorting may differ; columns BillingAddress (utf8mb3_general_ci), BillingCity (utf8mb3_general_ci), BillingState (utf8mb3_general_ci), BillingCountry (utf8mb3_general_ci), BillingPostalCode (utf8mb3_general_ci)
-- warning table golden_chinook.MediaType: text that differs in case only is equal in the source but not in the target: searches, unique keys and sorting may differ; columns Name (utf8mb3_general_ci)
-- warning table golden_chinook.Playlist: text that differs in case only is equal in the source but not in the target: searches, unique keys and sorting may differ; columns Name (utf8mb3_general_ci)
-- warning table golden_chinook.Track: text that differs in case only is equal in the source but not in the target: searches, unique keys and sorting may differ; columns Name (utf8mb3_general_ci), Composer (utf8mb3_general_ci)
