-- northwind: sqlite to sqlite

-- tables
CREATE TABLE "Categories" (
  "CategoryID" INTEGER PRIMARY KEY AUTOINCREMENT,
  "CategoryName" TEXT,
  "Description" TEXT,
  "Picture" BLOB
);
CREATE TABLE "CustomerCustomerDemo" (
  "CustomerID" TEXT NOT NULL,
  "CustomerTypeID" TEXT NOT NULL,
  PRIMARY KEY ("CustomerID", "CustomerTypeID"),
  FOREIGN KEY ("CustomerID") REFERENCES "Customers" ("CustomerID"),
  FOREIGN KEY ("CustomerTypeID") REFERENCES "CustomerDemographics" ("CustomerTypeID")
);
CREATE TABLE "CustomerDemographics" (
  "CustomerTypeID" TEXT NOT NULL,
  "CustomerDesc" TEXT,
  PRIMARY KEY ("CustomerTypeID")
);
CREATE TABLE "Customers" (
  "CustomerID" TEXT,
  "CompanyName" TEXT,
  "ContactName" TEXT,
  "ContactTitle" TEXT,
  "Address" TEXT,
  "City" TEXT,
  "Region" TEXT,
  "PostalCode" TEXT,
  "Country" TEXT,
  "Phone" TEXT,
  "Fax" TEXT,
  PRIMARY KEY ("CustomerID")
);
CREATE TABLE "EmployeeTerritories" (
  "EmployeeID" INTEGER NOT NULL,
  "TerritoryID" TEXT NOT NULL,
  PRIMARY KEY ("EmployeeID", "TerritoryID"),
  FOREIGN KEY ("EmployeeID") REFERENCES "Employees" ("EmployeeID"),
  FOREIGN KEY ("TerritoryID") REFERENCES "Territories" ("TerritoryID")
);
CREATE TABLE "Employees" (
  "EmployeeID" INTEGER PRIMARY KEY AUTOINCREMENT,
  "LastName" TEXT,
  "FirstName" TEXT,
  "Title" TEXT,
  "TitleOfCourtesy" TEXT,
  "BirthDate" DATE,
  "HireDate" DATE,
  "Address" TEXT,
  "City" TEXT,
  "Region" TEXT,
  "PostalCode" TEXT,
  "Country" TEXT,
  "HomePhone" TEXT,
  "Extension" TEXT,
  "Photo" BLOB,
  "Notes" TEXT,
  "ReportsTo" INTEGER,
  "PhotoPath" TEXT,
  FOREIGN KEY ("ReportsTo") REFERENCES "Employees" ("EmployeeID")
);
CREATE TABLE "Order Details" (
  "OrderID" INTEGER NOT NULL,
  "ProductID" INTEGER NOT NULL,
  "UnitPrice" NUMERIC NOT NULL DEFAULT 0,
  "Quantity" INTEGER NOT NULL DEFAULT 1,
  "Discount" REAL NOT NULL DEFAULT 0,
  PRIMARY KEY ("OrderID", "ProductID"),
  CHECK ([Discount]>=(0) AND [Discount]<=(1)),
  CHECK ([Quantity]>(0)),
  CHECK ([UnitPrice]>=(0)),
  FOREIGN KEY ("OrderID") REFERENCES "Orders" ("OrderID"),
  FOREIGN KEY ("ProductID") REFERENCES "Products" ("ProductID")
);
CREATE TABLE "Orders" (
  "OrderID" INTEGER PRIMARY KEY AUTOINCREMENT,
  "CustomerID" TEXT,
  "EmployeeID" INTEGER,
  "OrderDate" DATETIME,
  "RequiredDate" DATETIME,
  "ShippedDate" DATETIME,
  "ShipVia" INTEGER,
  "Freight" NUMERIC DEFAULT 0,
  "ShipName" TEXT,
  "ShipAddress" TEXT,
  "ShipCity" TEXT,
  "ShipRegion" TEXT,
  "ShipPostalCode" TEXT,
  "ShipCountry" TEXT,
  FOREIGN KEY ("EmployeeID") REFERENCES "Employees" ("EmployeeID"),
  FOREIGN KEY ("CustomerID") REFERENCES "Customers" ("CustomerID"),
  FOREIGN KEY ("ShipVia") REFERENCES "Shippers" ("ShipperID")
);
CREATE TABLE "Products" (
  "ProductID" INTEGER PRIMARY KEY AUTOINCREMENT,
  "ProductName" TEXT NOT NULL,
  "SupplierID" INTEGER,
  "CategoryID" INTEGER,
  "QuantityPerUnit" TEXT,
  "UnitPrice" NUMERIC DEFAULT 0,
  "UnitsInStock" INTEGER DEFAULT 0,
  "UnitsOnOrder" INTEGER DEFAULT 0,
  "ReorderLevel" INTEGER DEFAULT 0,
  "Discontinued" TEXT NOT NULL DEFAULT '0',
  CHECK ([UnitPrice]>=(0)),
  CHECK ([ReorderLevel]>=(0)),
  CHECK ([UnitsInStock]>=(0)),
  CHECK ([UnitsOnOrder]>=(0)),
  FOREIGN KEY ("CategoryID") REFERENCES "Categories" ("CategoryID"),
  FOREIGN KEY ("SupplierID") REFERENCES "Suppliers" ("SupplierID")
);
CREATE TABLE "Regions" (
  "RegionID" INTEGER PRIMARY KEY,
  "RegionDescription" TEXT NOT NULL
);
CREATE TABLE "Shippers" (
  "ShipperID" INTEGER PRIMARY KEY AUTOINCREMENT,
  "CompanyName" TEXT NOT NULL,
  "Phone" TEXT
);
CREATE TABLE "Suppliers" (
  "SupplierID" INTEGER PRIMARY KEY AUTOINCREMENT,
  "CompanyName" TEXT NOT NULL,
  "ContactName" TEXT,
  "ContactTitle" TEXT,
  "Address" TEXT,
  "City" TEXT,
  "Region" TEXT,
  "PostalCode" TEXT,
  "Country" TEXT,
  "Phone" TEXT,
  "Fax" TEXT,
  "HomePage" TEXT
);
CREATE TABLE "Territories" (
  "TerritoryID" TEXT NOT NULL,
  "TerritoryDescription" TEXT NOT NULL,
  "RegionID" INTEGER NOT NULL,
  PRIMARY KEY ("TerritoryID"),
  FOREIGN KEY ("RegionID") REFERENCES "Regions" ("RegionID")
);

-- sequences
DELETE FROM sqlite_sequence WHERE name = 'Categories';
INSERT INTO sqlite_sequence (name, seq) VALUES ('Categories', 8);
DELETE FROM sqlite_sequence WHERE name = 'Employees';
INSERT INTO sqlite_sequence (name, seq) VALUES ('Employees', 9);
DELETE FROM sqlite_sequence WHERE name = 'Orders';
INSERT INTO sqlite_sequence (name, seq) VALUES ('Orders', 11077);
DELETE FROM sqlite_sequence WHERE name = 'Products';
INSERT INTO sqlite_sequence (name, seq) VALUES ('Products', 77);
DELETE FROM sqlite_sequence WHERE name = 'Shippers';
INSERT INTO sqlite_sequence (name, seq) VALUES ('Shippers', 3);
DELETE FROM sqlite_sequence WHERE name = 'Suppliers';
INSERT INTO sqlite_sequence (name, seq) VALUES ('Suppliers', 29);

-- analyze
ANALYZE "Categories";
ANALYZE "CustomerCustomerDemo";
ANALYZE "CustomerDemographics";
ANALYZE "Customers";
ANALYZE "EmployeeTerritories";
ANALYZE "Employees";
ANALYZE "Order Details";
ANALYZE "Orders";
ANALYZE "Products";
ANALYZE "Regions";
ANALYZE "Shippers";
ANALYZE "Suppliers";
ANALYZE "Territories";

-- notes
-- loss view Alphabetical list of products: not converted: Ferry does not convert views yet
-- loss view Category Sales for 1997: not converted: Ferry does not convert views yet
-- loss view Current Product List: not converted: Ferry does not convert views yet
-- loss view Customer and Suppliers by City: not converted: Ferry does not convert views yet
-- loss view Invoices: not converted: Ferry does not convert views yet
-- loss view Order Details Extended: not converted: Ferry does not convert views yet
-- loss view Order Subtotals: not converted: Ferry does not convert views yet
-- loss view Orders Qry: not converted: Ferry does not convert views yet
-- loss view Product Sales for 1997: not converted: Ferry does not convert views yet
-- loss view ProductDetails_V: not converted: Ferry does not convert views yet
-- loss view Products Above Average Price: not converted: Ferry does not convert views yet
-- loss view Products by Category: not converted: Ferry does not convert views yet
-- loss view Quarterly Orders: not converted: Ferry does not convert views yet
-- loss view Sales Totals by Amount: not converted: Ferry does not convert views yet
-- loss view Sales by Category: not converted: Ferry does not convert views yet
-- loss view Summary of Sales by Quarter: not converted: Ferry does not convert views yet
-- loss view Summary of Sales by Year: not converted: Ferry does not convert views yet
