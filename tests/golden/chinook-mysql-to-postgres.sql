-- chinook: mysql to postgres

-- tables
CREATE TABLE public."Album" (
    "AlbumId" integer NOT NULL,
    "Title" varchar(160) NOT NULL,
    "ArtistId" integer NOT NULL
);
CREATE TABLE public."Artist" (
    "ArtistId" integer NOT NULL,
    "Name" varchar(120)
);
CREATE TABLE public."Customer" (
    "CustomerId" integer NOT NULL,
    "FirstName" varchar(40) NOT NULL,
    "LastName" varchar(20) NOT NULL,
    "Company" varchar(80),
    "Address" varchar(70),
    "City" varchar(40),
    "State" varchar(40),
    "Country" varchar(40),
    "PostalCode" varchar(10),
    "Phone" varchar(24),
    "Fax" varchar(24),
    "Email" varchar(60) NOT NULL,
    "SupportRepId" integer
);
CREATE TABLE public."Employee" (
    "EmployeeId" integer NOT NULL,
    "LastName" varchar(20) NOT NULL,
    "FirstName" varchar(20) NOT NULL,
    "Title" varchar(30),
    "ReportsTo" integer,
    "BirthDate" timestamp(0),
    "HireDate" timestamp(0),
    "Address" varchar(70),
    "City" varchar(40),
    "State" varchar(40),
    "Country" varchar(40),
    "PostalCode" varchar(10),
    "Phone" varchar(24),
    "Fax" varchar(24),
    "Email" varchar(60)
);
CREATE TABLE public."Genre" (
    "GenreId" integer NOT NULL,
    "Name" varchar(120)
);
CREATE TABLE public."Invoice" (
    "InvoiceId" integer NOT NULL,
    "CustomerId" integer NOT NULL,
    "InvoiceDate" timestamp(0) NOT NULL,
    "BillingAddress" varchar(70),
    "BillingCity" varchar(40),
    "BillingState" varchar(40),
    "BillingCountry" varchar(40),
    "BillingPostalCode" varchar(10),
    "Total" numeric(10,2) NOT NULL
);
CREATE TABLE public."InvoiceLine" (
    "InvoiceLineId" integer NOT NULL,
    "InvoiceId" integer NOT NULL,
    "TrackId" integer NOT NULL,
    "UnitPrice" numeric(10,2) NOT NULL,
    "Quantity" integer NOT NULL
);
CREATE TABLE public."MediaType" (
    "MediaTypeId" integer NOT NULL,
    "Name" varchar(120)
);
CREATE TABLE public."Playlist" (
    "PlaylistId" integer NOT NULL,
    "Name" varchar(120)
);
CREATE TABLE public."PlaylistTrack" (
    "PlaylistId" integer NOT NULL,
    "TrackId" integer NOT NULL
);
CREATE TABLE public."Track" (
    "TrackId" integer NOT NULL,
    "Name" varchar(200) NOT NULL,
    "AlbumId" integer,
    "MediaTypeId" integer NOT NULL,
    "GenreId" integer,
    "Composer" varchar(220),
    "Milliseconds" integer NOT NULL,
    "Bytes" integer,
    "UnitPrice" numeric(10,2) NOT NULL
);

-- keys
ALTER TABLE public."Album" ADD CONSTRAINT "Album_pkey" PRIMARY KEY ("AlbumId");
ALTER TABLE public."Artist" ADD CONSTRAINT "Artist_pkey" PRIMARY KEY ("ArtistId");
ALTER TABLE public."Customer" ADD CONSTRAINT "Customer_pkey" PRIMARY KEY ("CustomerId");
ALTER TABLE public."Employee" ADD CONSTRAINT "Employee_pkey" PRIMARY KEY ("EmployeeId");
ALTER TABLE public."Genre" ADD CONSTRAINT "Genre_pkey" PRIMARY KEY ("GenreId");
ALTER TABLE public."InvoiceLine" ADD CONSTRAINT "InvoiceLine_pkey" PRIMARY KEY ("InvoiceLineId");
ALTER TABLE public."Invoice" ADD CONSTRAINT "Invoice_pkey" PRIMARY KEY ("InvoiceId");
ALTER TABLE public."MediaType" ADD CONSTRAINT "MediaType_pkey" PRIMARY KEY ("MediaTypeId");
ALTER TABLE public."PlaylistTrack" ADD CONSTRAINT "PlaylistTrack_pkey" PRIMARY KEY ("PlaylistId", "TrackId");
ALTER TABLE public."Playlist" ADD CONSTRAINT "Playlist_pkey" PRIMARY KEY ("PlaylistId");
ALTER TABLE public."Track" ADD CONSTRAINT "Track_pkey" PRIMARY KEY ("TrackId");

-- indexes
CREATE INDEX "IFK_AlbumArtistId" ON public."Album" ("ArtistId");
CREATE INDEX "IFK_CustomerSupportRepId" ON public."Customer" ("SupportRepId");
CREATE INDEX "IFK_EmployeeReportsTo" ON public."Employee" ("ReportsTo");
CREATE INDEX "IFK_InvoiceCustomerId" ON public."Invoice" ("CustomerId");
CREATE INDEX "IFK_InvoiceLineInvoiceId" ON public."InvoiceLine" ("InvoiceId");
CREATE INDEX "IFK_InvoiceLineTrackId" ON public."InvoiceLine" ("TrackId");
CREATE INDEX "IFK_PlaylistTrackPlaylistId" ON public."PlaylistTrack" ("PlaylistId");
CREATE INDEX "IFK_PlaylistTrackTrackId" ON public."PlaylistTrack" ("TrackId");
CREATE INDEX "IFK_TrackAlbumId" ON public."Track" ("AlbumId");
CREATE INDEX "IFK_TrackGenreId" ON public."Track" ("GenreId");
CREATE INDEX "IFK_TrackMediaTypeId" ON public."Track" ("MediaTypeId");

-- foreign keys
ALTER TABLE public."Album" ADD CONSTRAINT "FK_AlbumArtistId" FOREIGN KEY ("ArtistId") REFERENCES public."Artist" ("ArtistId");
ALTER TABLE public."Customer" ADD CONSTRAINT "FK_CustomerSupportRepId" FOREIGN KEY ("SupportRepId") REFERENCES public."Employee" ("EmployeeId");
ALTER TABLE public."Employee" ADD CONSTRAINT "FK_EmployeeReportsTo" FOREIGN KEY ("ReportsTo") REFERENCES public."Employee" ("EmployeeId");
ALTER TABLE public."Invoice" ADD CONSTRAINT "FK_InvoiceCustomerId" FOREIGN KEY ("CustomerId") REFERENCES public."Customer" ("CustomerId");
ALTER TABLE public."InvoiceLine" ADD CONSTRAINT "FK_InvoiceLineInvoiceId" FOREIGN KEY ("InvoiceId") REFERENCES public."Invoice" ("InvoiceId");
ALTER TABLE public."InvoiceLine" ADD CONSTRAINT "FK_InvoiceLineTrackId" FOREIGN KEY ("TrackId") REFERENCES public."Track" ("TrackId");
ALTER TABLE public."PlaylistTrack" ADD CONSTRAINT "FK_PlaylistTrackPlaylistId" FOREIGN KEY ("PlaylistId") REFERENCES public."Playlist" ("PlaylistId");
ALTER TABLE public."PlaylistTrack" ADD CONSTRAINT "FK_PlaylistTrackTrackId" FOREIGN KEY ("TrackId") REFERENCES public."Track" ("TrackId");
ALTER TABLE public."Track" ADD CONSTRAINT "FK_TrackAlbumId" FOREIGN KEY ("AlbumId") REFERENCES public."Album" ("AlbumId");
ALTER TABLE public."Track" ADD CONSTRAINT "FK_TrackGenreId" FOREIGN KEY ("GenreId") REFERENCES public."Genre" ("GenreId");
ALTER TABLE public."Track" ADD CONSTRAINT "FK_TrackMediaTypeId" FOREIGN KEY ("MediaTypeId") REFERENCES public."MediaType" ("MediaTypeId");

-- analyze
ANALYZE public."Album";
ANALYZE public."Artist";
ANALYZE public."Customer";
ANALYZE public."Employee";
ANALYZE public."Genre";
ANALYZE public."Invoice";
ANALYZE public."InvoiceLine";
ANALYZE public."MediaType";
ANALYZE public."Playlist";
ANALYZE public."PlaylistTrack";
ANALYZE public."Track";

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
