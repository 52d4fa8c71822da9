-- chinook: sqlite to sqlite

-- tables
CREATE TABLE "Album" (
  "AlbumId" INTEGER CONSTRAINT "PK_Album" PRIMARY KEY,
  "Title" NVARCHAR(160) NOT NULL,
  "ArtistId" INTEGER NOT NULL,
  FOREIGN KEY ("ArtistId") REFERENCES "Artist" ("ArtistId")
);
CREATE TABLE "Artist" (
  "ArtistId" INTEGER CONSTRAINT "PK_Artist" PRIMARY KEY,
  "Name" NVARCHAR(120)
);
CREATE TABLE "Customer" (
  "CustomerId" INTEGER CONSTRAINT "PK_Customer" PRIMARY KEY,
  "FirstName" NVARCHAR(40) NOT NULL,
  "LastName" NVARCHAR(20) NOT NULL,
  "Company" NVARCHAR(80),
  "Address" NVARCHAR(70),
  "City" NVARCHAR(40),
  "State" NVARCHAR(40),
  "Country" NVARCHAR(40),
  "PostalCode" NVARCHAR(10),
  "Phone" NVARCHAR(24),
  "Fax" NVARCHAR(24),
  "Email" NVARCHAR(60) NOT NULL,
  "SupportRepId" INTEGER,
  FOREIGN KEY ("SupportRepId") REFERENCES "Employee" ("EmployeeId")
);
CREATE TABLE "Employee" (
  "EmployeeId" INTEGER CONSTRAINT "PK_Employee" PRIMARY KEY,
  "LastName" NVARCHAR(20) NOT NULL,
  "FirstName" NVARCHAR(20) NOT NULL,
  "Title" NVARCHAR(30),
  "ReportsTo" INTEGER,
  "BirthDate" DATETIME,
  "HireDate" DATETIME,
  "Address" NVARCHAR(70),
  "City" NVARCHAR(40),
  "State" NVARCHAR(40),
  "Country" NVARCHAR(40),
  "PostalCode" NVARCHAR(10),
  "Phone" NVARCHAR(24),
  "Fax" NVARCHAR(24),
  "Email" NVARCHAR(60),
  FOREIGN KEY ("ReportsTo") REFERENCES "Employee" ("EmployeeId")
);
CREATE TABLE "Genre" (
  "GenreId" INTEGER CONSTRAINT "PK_Genre" PRIMARY KEY,
  "Name" NVARCHAR(120)
);
CREATE TABLE "Invoice" (
  "InvoiceId" INTEGER CONSTRAINT "PK_Invoice" PRIMARY KEY,
  "CustomerId" INTEGER NOT NULL,
  "InvoiceDate" DATETIME NOT NULL,
  "BillingAddress" NVARCHAR(70),
  "BillingCity" NVARCHAR(40),
  "BillingState" NVARCHAR(40),
  "BillingCountry" NVARCHAR(40),
  "BillingPostalCode" NVARCHAR(10),
  "Total" NUMERIC(10,2) NOT NULL,
  FOREIGN KEY ("CustomerId") REFERENCES "Customer" ("CustomerId")
);
CREATE TABLE "InvoiceLine" (
  "InvoiceLineId" INTEGER CONSTRAINT "PK_InvoiceLine" PRIMARY KEY,
  "InvoiceId" INTEGER NOT NULL,
  "TrackId" INTEGER NOT NULL,
  "UnitPrice" NUMERIC(10,2) NOT NULL,
  "Quantity" INTEGER NOT NULL,
  FOREIGN KEY ("InvoiceId") REFERENCES "Invoice" ("InvoiceId"),
  FOREIGN KEY ("TrackId") REFERENCES "Track" ("TrackId")
);
CREATE TABLE "MediaType" (
  "MediaTypeId" INTEGER CONSTRAINT "PK_MediaType" PRIMARY KEY,
  "Name" NVARCHAR(120)
);
CREATE TABLE "Playlist" (
  "PlaylistId" INTEGER CONSTRAINT "PK_Playlist" PRIMARY KEY,
  "Name" NVARCHAR(120)
);
CREATE TABLE "PlaylistTrack" (
  "PlaylistId" INTEGER NOT NULL,
  "TrackId" INTEGER NOT NULL,
  CONSTRAINT "PK_PlaylistTrack" PRIMARY KEY ("PlaylistId", "TrackId"),
  FOREIGN KEY ("PlaylistId") REFERENCES "Playlist" ("PlaylistId"),
  FOREIGN KEY ("TrackId") REFERENCES "Track" ("TrackId")
);
CREATE TABLE "Track" (
  "TrackId" INTEGER CONSTRAINT "PK_Track" PRIMARY KEY,
  "Name" NVARCHAR(200) NOT NULL,
  "AlbumId" INTEGER,
  "MediaTypeId" INTEGER NOT NULL,
  "GenreId" INTEGER,
  "Composer" NVARCHAR(220),
  "Milliseconds" INTEGER NOT NULL,
  "Bytes" INTEGER,
  "UnitPrice" NUMERIC(10,2) NOT NULL,
  FOREIGN KEY ("AlbumId") REFERENCES "Album" ("AlbumId"),
  FOREIGN KEY ("GenreId") REFERENCES "Genre" ("GenreId"),
  FOREIGN KEY ("MediaTypeId") REFERENCES "MediaType" ("MediaTypeId")
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
