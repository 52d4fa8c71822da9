-- northwind: mysql to sqlite

-- tables
CREATE TABLE "customers" (
  "id" INTEGER PRIMARY KEY AUTOINCREMENT,
  "company" VARCHAR(50) DEFAULT NULL,
  "last_name" VARCHAR(50) DEFAULT NULL,
  "first_name" VARCHAR(50) DEFAULT NULL,
  "email_address" VARCHAR(50) DEFAULT NULL,
  "job_title" VARCHAR(50) DEFAULT NULL,
  "business_phone" VARCHAR(25) DEFAULT NULL,
  "home_phone" VARCHAR(25) DEFAULT NULL,
  "mobile_phone" VARCHAR(25) DEFAULT NULL,
  "fax_number" VARCHAR(25) DEFAULT NULL,
  "address" TEXT DEFAULT NULL,
  "city" VARCHAR(50) DEFAULT NULL,
  "state_province" VARCHAR(50) DEFAULT NULL,
  "zip_postal_code" VARCHAR(15) DEFAULT NULL,
  "country_region" VARCHAR(50) DEFAULT NULL,
  "web_page" TEXT DEFAULT NULL,
  "notes" TEXT DEFAULT NULL,
  "attachments" BLOB DEFAULT NULL
);
CREATE TABLE "employee_privileges" (
  "employee_id" INTEGER NOT NULL,
  "privilege_id" INTEGER NOT NULL,
  PRIMARY KEY ("employee_id", "privilege_id"),
  CONSTRAINT "fk_employee_privileges_employees1" FOREIGN KEY ("employee_id") REFERENCES "employees" ("id"),
  CONSTRAINT "fk_employee_privileges_privileges1" FOREIGN KEY ("privilege_id") REFERENCES "privileges" ("id")
);
CREATE TABLE "employees" (
  "id" INTEGER PRIMARY KEY AUTOINCREMENT,
  "company" VARCHAR(50) DEFAULT NULL,
  "last_name" VARCHAR(50) DEFAULT NULL,
  "first_name" VARCHAR(50) DEFAULT NULL,
  "email_address" VARCHAR(50) DEFAULT NULL,
  "job_title" VARCHAR(50) DEFAULT NULL,
  "business_phone" VARCHAR(25) DEFAULT NULL,
  "home_phone" VARCHAR(25) DEFAULT NULL,
  "mobile_phone" VARCHAR(25) DEFAULT NULL,
  "fax_number" VARCHAR(25) DEFAULT NULL,
  "address" TEXT DEFAULT NULL,
  "city" VARCHAR(50) DEFAULT NULL,
  "state_province" VARCHAR(50) DEFAULT NULL,
  "zip_postal_code" VARCHAR(15) DEFAULT NULL,
  "country_region" VARCHAR(50) DEFAULT NULL,
  "web_page" TEXT DEFAULT NULL,
  "notes" TEXT DEFAULT NULL,
  "attachments" BLOB DEFAULT NULL
);
CREATE TABLE "inventory_transaction_types" (
  "id" INTEGER PRIMARY KEY NOT NULL,
  "type_name" VARCHAR(50) NOT NULL
);
CREATE TABLE "inventory_transactions" (
  "id" INTEGER PRIMARY KEY AUTOINCREMENT,
  "transaction_type" TINYINT NOT NULL,
  "transaction_created_date" TIMESTAMP DEFAULT NULL,
  "transaction_modified_date" TIMESTAMP DEFAULT NULL,
  "product_id" INTEGER NOT NULL,
  "quantity" INTEGER NOT NULL,
  "purchase_order_id" INTEGER DEFAULT NULL,
  "customer_order_id" INTEGER DEFAULT NULL,
  "comments" VARCHAR(255) DEFAULT NULL,
  CONSTRAINT "fk_inventory_transactions_inventory_transaction_types1" FOREIGN KEY ("transaction_type") REFERENCES "inventory_transaction_types" ("id"),
  CONSTRAINT "fk_inventory_transactions_orders1" FOREIGN KEY ("customer_order_id") REFERENCES "orders" ("id"),
  CONSTRAINT "fk_inventory_transactions_products1" FOREIGN KEY ("product_id") REFERENCES "products" ("id"),
  CONSTRAINT "fk_inventory_transactions_purchase_orders1" FOREIGN KEY ("purchase_order_id") REFERENCES "purchase_orders" ("id")
);
CREATE TABLE "invoices" (
  "id" INTEGER PRIMARY KEY AUTOINCREMENT,
  "order_id" INTEGER DEFAULT NULL,
  "invoice_date" TIMESTAMP DEFAULT NULL,
  "due_date" TIMESTAMP DEFAULT NULL,
  "tax" DECIMAL_TEXT(19,4) DEFAULT '0.0000',
  "shipping" DECIMAL_TEXT(19,4) DEFAULT '0.0000',
  "amount_due" DECIMAL_TEXT(19,4) DEFAULT '0.0000',
  CONSTRAINT "fk_invoices_orders1" FOREIGN KEY ("order_id") REFERENCES "orders" ("id")
);
CREATE TABLE "order_details" (
  "id" INTEGER PRIMARY KEY AUTOINCREMENT,
  "order_id" INTEGER NOT NULL,
  "product_id" INTEGER DEFAULT NULL,
  "quantity" DECIMAL_TEXT(18,4) NOT NULL DEFAULT '0.0000',
  "unit_price" DECIMAL_TEXT(19,4) DEFAULT '0.0000',
  "discount" DOUBLE NOT NULL DEFAULT 0,
  "status_id" INTEGER DEFAULT NULL,
  "date_allocated" TIMESTAMP DEFAULT NULL,
  "purchase_order_id" INTEGER DEFAULT NULL,
  "inventory_id" INTEGER DEFAULT NULL,
  CONSTRAINT "fk_order_details_orders1" FOREIGN KEY ("order_id") REFERENCES "orders" ("id"),
  CONSTRAINT "fk_order_details_order_details_status1" FOREIGN KEY ("status_id") REFERENCES "order_details_status" ("id"),
  CONSTRAINT "fk_order_details_products1" FOREIGN KEY ("product_id") REFERENCES "products" ("id")
);
CREATE TABLE "order_details_status" (
  "id" INTEGER PRIMARY KEY NOT NULL,
  "status_name" VARCHAR(50) NOT NULL
);
CREATE TABLE "orders" (
  "id" INTEGER PRIMARY KEY AUTOINCREMENT,
  "employee_id" INTEGER DEFAULT NULL,
  "customer_id" INTEGER DEFAULT NULL,
  "order_date" TIMESTAMP DEFAULT NULL,
  "shipped_date" TIMESTAMP DEFAULT NULL,
  "shipper_id" INTEGER DEFAULT NULL,
  "ship_name" VARCHAR(50) DEFAULT NULL,
  "ship_address" TEXT DEFAULT NULL,
  "ship_city" VARCHAR(50) DEFAULT NULL,
  "ship_state_province" VARCHAR(50) DEFAULT NULL,
  "ship_zip_postal_code" VARCHAR(50) DEFAULT NULL,
  "ship_country_region" VARCHAR(50) DEFAULT NULL,
  "shipping_fee" DECIMAL_TEXT(19,4) DEFAULT '0.0000',
  "taxes" DECIMAL_TEXT(19,4) DEFAULT '0.0000',
  "payment_type" VARCHAR(50) DEFAULT NULL,
  "paid_date" TIMESTAMP DEFAULT NULL,
  "notes" TEXT DEFAULT NULL,
  "tax_rate" DOUBLE DEFAULT 0,
  "tax_status_id" TINYINT DEFAULT NULL,
  "status_id" TINYINT DEFAULT 0,
  CONSTRAINT "fk_orders_customers" FOREIGN KEY ("customer_id") REFERENCES "customers" ("id"),
  CONSTRAINT "fk_orders_employees1" FOREIGN KEY ("employee_id") REFERENCES "employees" ("id"),
  CONSTRAINT "fk_orders_orders_status1" FOREIGN KEY ("status_id") REFERENCES "orders_status" ("id"),
  CONSTRAINT "fk_orders_orders_tax_status1" FOREIGN KEY ("tax_status_id") REFERENCES "orders_tax_status" ("id"),
  CONSTRAINT "fk_orders_shippers1" FOREIGN KEY ("shipper_id") REFERENCES "shippers" ("id")
);
CREATE TABLE "orders_status" (
  "id" INTEGER PRIMARY KEY NOT NULL,
  "status_name" VARCHAR(50) NOT NULL
);
CREATE TABLE "orders_tax_status" (
  "id" INTEGER PRIMARY KEY NOT NULL,
  "tax_status_name" VARCHAR(50) NOT NULL
);
CREATE TABLE "privileges" (
  "id" INTEGER PRIMARY KEY AUTOINCREMENT,
  "privilege_name" VARCHAR(50) DEFAULT NULL
);
CREATE TABLE "products" (
  "supplier_ids" TEXT DEFAULT NULL,
  "id" INTEGER PRIMARY KEY AUTOINCREMENT,
  "product_code" VARCHAR(25) DEFAULT NULL,
  "product_name" VARCHAR(50) DEFAULT NULL,
  "description" TEXT DEFAULT NULL,
  "standard_cost" DECIMAL_TEXT(19,4) DEFAULT '0.0000',
  "list_price" DECIMAL_TEXT(19,4) NOT NULL DEFAULT '0.0000',
  "reorder_level" INTEGER DEFAULT NULL,
  "target_level" INTEGER DEFAULT NULL,
  "quantity_per_unit" VARCHAR(50) DEFAULT NULL,
  "discontinued" BOOLEAN NOT NULL DEFAULT 0,
  "minimum_reorder_quantity" INTEGER DEFAULT NULL,
  "category" VARCHAR(50) DEFAULT NULL,
  "attachments" BLOB DEFAULT NULL
);
CREATE TABLE "purchase_order_details" (
  "id" INTEGER PRIMARY KEY AUTOINCREMENT,
  "purchase_order_id" INTEGER NOT NULL,
  "product_id" INTEGER DEFAULT NULL,
  "quantity" DECIMAL_TEXT(18,4) NOT NULL,
  "unit_cost" DECIMAL_TEXT(19,4) NOT NULL,
  "date_received" TIMESTAMP DEFAULT NULL,
  "posted_to_inventory" BOOLEAN NOT NULL DEFAULT 0,
  "inventory_id" INTEGER DEFAULT NULL,
  CONSTRAINT "fk_purchase_order_details_inventory_transactions1" FOREIGN KEY ("inventory_id") REFERENCES "inventory_transactions" ("id"),
  CONSTRAINT "fk_purchase_order_details_products1" FOREIGN KEY ("product_id") REFERENCES "products" ("id"),
  CONSTRAINT "fk_purchase_order_details_purchase_orders1" FOREIGN KEY ("purchase_order_id") REFERENCES "purchase_orders" ("id")
);
CREATE TABLE "purchase_order_status" (
  "id" INTEGER PRIMARY KEY NOT NULL,
  "status" VARCHAR(50) DEFAULT NULL
);
CREATE TABLE "purchase_orders" (
  "id" INTEGER PRIMARY KEY AUTOINCREMENT,
  "supplier_id" INTEGER DEFAULT NULL,
  "created_by" INTEGER DEFAULT NULL,
  "submitted_date" TIMESTAMP DEFAULT NULL,
  "creation_date" TIMESTAMP DEFAULT NULL,
  "status_id" INTEGER DEFAULT 0,
  "expected_date" TIMESTAMP DEFAULT NULL,
  "shipping_fee" DECIMAL_TEXT(19,4) NOT NULL DEFAULT '0.0000',
  "taxes" DECIMAL_TEXT(19,4) NOT NULL DEFAULT '0.0000',
  "payment_date" TIMESTAMP DEFAULT NULL,
  "payment_amount" DECIMAL_TEXT(19,4) DEFAULT '0.0000',
  "payment_method" VARCHAR(50) DEFAULT NULL,
  "notes" TEXT DEFAULT NULL,
  "approved_by" INTEGER DEFAULT NULL,
  "approved_date" TIMESTAMP DEFAULT NULL,
  "submitted_by" INTEGER DEFAULT NULL,
  CONSTRAINT "id" UNIQUE ("id"),
  CONSTRAINT "fk_purchase_orders_employees1" FOREIGN KEY ("created_by") REFERENCES "employees" ("id"),
  CONSTRAINT "fk_purchase_orders_purchase_order_status1" FOREIGN KEY ("status_id") REFERENCES "purchase_order_status" ("id"),
  CONSTRAINT "fk_purchase_orders_suppliers1" FOREIGN KEY ("supplier_id") REFERENCES "suppliers" ("id")
);
CREATE TABLE "sales_reports" (
  "group_by" VARCHAR(50) NOT NULL,
  "display" VARCHAR(50) DEFAULT NULL,
  "title" VARCHAR(50) DEFAULT NULL,
  "filter_row_source" TEXT DEFAULT NULL,
  "default" BOOLEAN NOT NULL DEFAULT 0,
  PRIMARY KEY ("group_by")
);
CREATE TABLE "shippers" (
  "id" INTEGER PRIMARY KEY AUTOINCREMENT,
  "company" VARCHAR(50) DEFAULT NULL,
  "last_name" VARCHAR(50) DEFAULT NULL,
  "first_name" VARCHAR(50) DEFAULT NULL,
  "email_address" VARCHAR(50) DEFAULT NULL,
  "job_title" VARCHAR(50) DEFAULT NULL,
  "business_phone" VARCHAR(25) DEFAULT NULL,
  "home_phone" VARCHAR(25) DEFAULT NULL,
  "mobile_phone" VARCHAR(25) DEFAULT NULL,
  "fax_number" VARCHAR(25) DEFAULT NULL,
  "address" TEXT DEFAULT NULL,
  "city" VARCHAR(50) DEFAULT NULL,
  "state_province" VARCHAR(50) DEFAULT NULL,
  "zip_postal_code" VARCHAR(15) DEFAULT NULL,
  "country_region" VARCHAR(50) DEFAULT NULL,
  "web_page" TEXT DEFAULT NULL,
  "notes" TEXT DEFAULT NULL,
  "attachments" BLOB DEFAULT NULL
);
CREATE TABLE "strings" (
  "string_id" INTEGER PRIMARY KEY AUTOINCREMENT,
  "string_data" VARCHAR(255) DEFAULT NULL
);
CREATE TABLE "suppliers" (
  "id" INTEGER PRIMARY KEY AUTOINCREMENT,
  "company" VARCHAR(50) DEFAULT NULL,
  "last_name" VARCHAR(50) DEFAULT NULL,
  "first_name" VARCHAR(50) DEFAULT NULL,
  "email_address" VARCHAR(50) DEFAULT NULL,
  "job_title" VARCHAR(50) DEFAULT NULL,
  "business_phone" VARCHAR(25) DEFAULT NULL,
  "home_phone" VARCHAR(25) DEFAULT NULL,
  "mobile_phone" VARCHAR(25) DEFAULT NULL,
  "fax_number" VARCHAR(25) DEFAULT NULL,
  "address" TEXT DEFAULT NULL,
  "city" VARCHAR(50) DEFAULT NULL,
  "state_province" VARCHAR(50) DEFAULT NULL,
  "zip_postal_code" VARCHAR(15) DEFAULT NULL,
  "country_region" VARCHAR(50) DEFAULT NULL,
  "web_page" TEXT DEFAULT NULL,
  "notes" TEXT DEFAULT NULL,
  "attachments" BLOB DEFAULT NULL
);

-- indexes
CREATE INDEX "city" ON "customers" ("city");
CREATE INDEX "company" ON "customers" ("company");
CREATE INDEX "created_by" ON "purchase_orders" ("created_by");
CREATE INDEX "customer_id" ON "orders" ("customer_id");
CREATE INDEX "customer_id_2" ON "orders" ("customer_id");
CREATE INDEX "customer_order_id" ON "inventory_transactions" ("customer_order_id");
CREATE INDEX "customer_order_id_2" ON "inventory_transactions" ("customer_order_id");
CREATE INDEX "employee_id" ON "employee_privileges" ("employee_id");
CREATE INDEX "employee_id_2" ON "orders" ("employee_id");
CREATE INDEX "employees_city" ON "employees" ("city");
CREATE INDEX "employees_company" ON "employees" ("company");
CREATE INDEX "employees_first_name" ON "employees" ("first_name");
CREATE INDEX "employees_last_name" ON "employees" ("last_name");
CREATE INDEX "employees_state_province" ON "employees" ("state_province");
CREATE INDEX "employees_zip_postal_code" ON "employees" ("zip_postal_code");
CREATE INDEX "first_name" ON "customers" ("first_name");
CREATE INDEX "fk_invoices_orders1_idx" ON "invoices" ("order_id");
CREATE INDEX "fk_order_details_order_details_status1_idx" ON "order_details" ("status_id");
CREATE INDEX "fk_order_details_orders1_idx" ON "order_details" ("order_id");
CREATE INDEX "fk_orders_orders_status1" ON "orders" ("status_id");
CREATE INDEX "id" ON "invoices" ("id");
CREATE INDEX "id_2" ON "invoices" ("id");
CREATE INDEX "id_3" ON "order_details" ("id");
CREATE INDEX "id_4" ON "order_details" ("id");
CREATE INDEX "id_5" ON "order_details" ("id");
CREATE INDEX "inventory_id" ON "order_details" ("inventory_id");
CREATE INDEX "inventory_id_2" ON "purchase_order_details" ("inventory_id");
CREATE INDEX "last_name" ON "customers" ("last_name");
CREATE INDEX "order_details_id" ON "order_details" ("id");
CREATE INDEX "order_details_id_2" ON "order_details" ("id");
CREATE INDEX "order_details_product_id" ON "order_details" ("product_id");
CREATE INDEX "order_details_product_id_2" ON "order_details" ("product_id");
CREATE INDEX "order_details_purchase_order_id" ON "order_details" ("purchase_order_id");
CREATE INDEX "orders_employee_id" ON "orders" ("employee_id");
CREATE INDEX "orders_id" ON "orders" ("id");
CREATE INDEX "orders_id_2" ON "orders" ("id");
CREATE INDEX "orders_id_3" ON "orders" ("id");
CREATE INDEX "privilege_id" ON "employee_privileges" ("privilege_id");
CREATE INDEX "privilege_id_2" ON "employee_privileges" ("privilege_id");
CREATE INDEX "product_code" ON "products" ("product_code");
CREATE INDEX "product_id" ON "inventory_transactions" ("product_id");
CREATE INDEX "product_id_2" ON "inventory_transactions" ("product_id");
CREATE INDEX "purchase_order_details_id" ON "purchase_order_details" ("id");
CREATE INDEX "purchase_order_details_inventory_id" ON "purchase_order_details" ("inventory_id");
CREATE INDEX "purchase_order_details_product_id" ON "purchase_order_details" ("product_id");
CREATE INDEX "purchase_order_details_product_id_2" ON "purchase_order_details" ("product_id");
CREATE INDEX "purchase_order_details_purchase_order_id" ON "purchase_order_details" ("purchase_order_id");
CREATE INDEX "purchase_order_details_purchase_order_id_2" ON "purchase_order_details" ("purchase_order_id");
CREATE INDEX "purchase_order_id" ON "inventory_transactions" ("purchase_order_id");
CREATE INDEX "purchase_order_id_2" ON "inventory_transactions" ("purchase_order_id");
CREATE INDEX "purchase_orders_id_2" ON "purchase_orders" ("id");
CREATE INDEX "ship_zip_postal_code" ON "orders" ("ship_zip_postal_code");
CREATE INDEX "shipper_id" ON "orders" ("shipper_id");
CREATE INDEX "shipper_id_2" ON "orders" ("shipper_id");
CREATE INDEX "shippers_city" ON "shippers" ("city");
CREATE INDEX "shippers_company" ON "shippers" ("company");
CREATE INDEX "shippers_first_name" ON "shippers" ("first_name");
CREATE INDEX "shippers_last_name" ON "shippers" ("last_name");
CREATE INDEX "shippers_state_province" ON "shippers" ("state_province");
CREATE INDEX "shippers_zip_postal_code" ON "shippers" ("zip_postal_code");
CREATE INDEX "state_province" ON "customers" ("state_province");
CREATE INDEX "status_id" ON "purchase_orders" ("status_id");
CREATE INDEX "supplier_id" ON "purchase_orders" ("supplier_id");
CREATE INDEX "supplier_id_2" ON "purchase_orders" ("supplier_id");
CREATE INDEX "suppliers_city" ON "suppliers" ("city");
CREATE INDEX "suppliers_company" ON "suppliers" ("company");
CREATE INDEX "suppliers_first_name" ON "suppliers" ("first_name");
CREATE INDEX "suppliers_last_name" ON "suppliers" ("last_name");
CREATE INDEX "suppliers_state_province" ON "suppliers" ("state_province");
CREATE INDEX "suppliers_zip_postal_code" ON "suppliers" ("zip_postal_code");
CREATE INDEX "tax_status" ON "orders" ("tax_status_id");
CREATE INDEX "transaction_type" ON "inventory_transactions" ("transaction_type");
CREATE INDEX "zip_postal_code" ON "customers" ("zip_postal_code");

-- sequences
DELETE FROM sqlite_sequence WHERE name = 'customers';
INSERT INTO sqlite_sequence (name, seq) VALUES ('customers', 29);
DELETE FROM sqlite_sequence WHERE name = 'employees';
INSERT INTO sqlite_sequence (name, seq) VALUES ('employees', 9);
DELETE FROM sqlite_sequence WHERE name = 'inventory_transactions';
INSERT INTO sqlite_sequence (name, seq) VALUES ('inventory_transactions', 136);
DELETE FROM sqlite_sequence WHERE name = 'invoices';
INSERT INTO sqlite_sequence (name, seq) VALUES ('invoices', 39);
DELETE FROM sqlite_sequence WHERE name = 'order_details';
INSERT INTO sqlite_sequence (name, seq) VALUES ('order_details', 91);
DELETE FROM sqlite_sequence WHERE name = 'orders';
INSERT INTO sqlite_sequence (name, seq) VALUES ('orders', 81);
DELETE FROM sqlite_sequence WHERE name = 'privileges';
INSERT INTO sqlite_sequence (name, seq) VALUES ('privileges', 2);
DELETE FROM sqlite_sequence WHERE name = 'products';
INSERT INTO sqlite_sequence (name, seq) VALUES ('products', 99);
DELETE FROM sqlite_sequence WHERE name = 'purchase_order_details';
INSERT INTO sqlite_sequence (name, seq) VALUES ('purchase_order_details', 295);
DELETE FROM sqlite_sequence WHERE name = 'purchase_orders';
INSERT INTO sqlite_sequence (name, seq) VALUES ('purchase_orders', 148);
DELETE FROM sqlite_sequence WHERE name = 'shippers';
INSERT INTO sqlite_sequence (name, seq) VALUES ('shippers', 3);
DELETE FROM sqlite_sequence WHERE name = 'strings';
INSERT INTO sqlite_sequence (name, seq) VALUES ('strings', 114);
DELETE FROM sqlite_sequence WHERE name = 'suppliers';
INSERT INTO sqlite_sequence (name, seq) VALUES ('suppliers', 10);

-- analyze
ANALYZE "customers";
ANALYZE "employee_privileges";
ANALYZE "employees";
ANALYZE "inventory_transaction_types";
ANALYZE "inventory_transactions";
ANALYZE "invoices";
ANALYZE "order_details";
ANALYZE "order_details_status";
ANALYZE "orders";
ANALYZE "orders_status";
ANALYZE "orders_tax_status";
ANALYZE "privileges";
ANALYZE "products";
ANALYZE "purchase_order_details";
ANALYZE "purchase_order_status";
ANALYZE "purchase_orders";
ANALYZE "sales_reports";
ANALYZE "shippers";
ANALYZE "strings";
ANALYZE "suppliers";

-- notes
-- info index golden_northwind.employees.city: is called employees_city in the target
-- info index golden_northwind.employees.company: is called employees_company in the target
-- info index golden_northwind.employees.first_name: is called employees_first_name in the target
-- info index golden_northwind.employees.last_name: is called employees_last_name in the target
-- info index golden_northwind.employees.state_province: is called employees_state_province in the target
-- info index golden_northwind.employees.zip_postal_code: is called employees_zip_postal_code in the target
-- info index golden_northwind.order_details.id: is called order_details_id in the target
-- info index golden_northwind.order_details.id_2: is called order_details_id_2 in the target
-- info index golden_northwind.order_details.product_id: is called order_details_product_id in the target
-- info index golden_northwind.order_details.product_id_2: is called order_details_product_id_2 in the target
-- info index golden_northwind.order_details.purchase_order_id: is called order_details_purchase_order_id in the target
-- info index golden_northwind.orders.employee_id: is called orders_employee_id in the target
-- info index golden_northwind.orders.id: is called orders_id in the target
-- info index golden_northwind.orders.id_2: is called orders_id_2 in the target
-- info index golden_northwind.orders.id_3: is called orders_id_3 in the target
-- info index golden_northwind.purchase_order_details.id: is called purchase_order_details_id in the target
-- info index golden_northwind.purchase_order_details.inventory_id: is called purchase_order_details_inventory_id in the target
-- info index golden_northwind.purchase_order_details.product_id: is called purchase_order_details_product_id in the target
-- info index golden_northwind.purchase_order_details.product_id_2: is called purchase_order_details_product_id_2 in the target
-- info index golden_northwind.purchase_order_details.purchase_order_id: is called purchase_order_details_purchase_order_id in the target
-- info index golden_northwind.purchase_order_details.purchase_order_id_2: is called purchase_order_details_purchase_order_id_2 in the target
-- info index golden_northwind.purchase_orders.id_2: is called purchase_orders_id_2 in the target
-- info index golden_northwind.shippers.city: is called shippers_city in the target
-- info index golden_northwind.shippers.company: is called shippers_company in the target
-- info index golden_northwind.shippers.first_name: is called shippers_first_name in the target
-- info index golden_northwind.shippers.last_name: is called shippers_last_name in the target
-- info index golden_northwind.shippers.state_province: is called shippers_state_province in the target
-- info index golden_northwind.shippers.zip_postal_code: is called shippers_zip_postal_code in the target
-- info index golden_northwind.suppliers.city: is called suppliers_city in the target
-- info index golden_northwind.suppliers.company: is called suppliers_company in the target
-- info index golden_northwind.suppliers.first_name: is called suppliers_first_name in the target
-- info index golden_northwind.suppliers.last_name: is called suppliers_last_name in the target
-- info index golden_northwind.suppliers.state_province: is called suppliers_state_province in the target
-- info index golden_northwind.suppliers.zip_postal_code: is called suppliers_zip_postal_code in the target
-- warning column golden_northwind.invoices.amount_due: SQLite computes with 15 digits: the values are kept as text, exactly; use CAST(… AS NUMERIC) to compute or to sort by value
-- warning column golden_northwind.invoices.shipping: SQLite computes with 15 digits: the values are kept as text, exactly; use CAST(… AS NUMERIC) to compute or to sort by value
-- warning column golden_northwind.invoices.tax: SQLite computes with 15 digits: the values are kept as text, exactly; use CAST(… AS NUMERIC) to compute or to sort by value
-- warning column golden_northwind.order_details.quantity: SQLite computes with 15 digits: the values are kept as text, exactly; use CAST(… AS NUMERIC) to compute or to sort by value
-- warning column golden_northwind.order_details.unit_price: SQLite computes with 15 digits: the values are kept as text, exactly; use CAST(… AS NUMERIC) to compute or to sort by value
-- warning column golden_northwind.orders.shipping_fee: SQLite computes with 15 digits: the values are kept as text, exactly; use CAST(… AS NUMERIC) to compute or to sort by value
-- warning column golden_northwind.orders.taxes: SQLite computes with 15 digits: the values are kept as text, exactly; use CAST(… AS NUMERIC) to compute or to sort by value
-- warning column golden_northwind.products.list_price: SQLite computes with 15 digits: the values are kept as text, exactly; use CAST(… AS NUMERIC) to compute or to sort by value
-- warning column golden_northwind.products.standard_cost: SQLite computes with 15 digits: the values are kept as text, exactly; use CAST(… AS NUMERIC) to compute or to sort by value
-- warning column golden_northwind.purchase_order_details.quantity: SQLite computes with 15 digits: the values are kept as text, exactly; use CAST(… AS NUMERIC) to compute or to sort by value
-- warning column golden_northwind.purchase_order_details.unit_cost: SQLite computes with 15 digits: the values are kept as text, exactly; use CAST(… AS NUMERIC) to compute or to sort by value
-- warning column golden_northwind.purchase_orders.payment_amount: SQLite computes with 15 digits: the values are kept as text, exactly; use CAST(… AS NUMERIC) to compute or to sort by value
-- warning column golden_northwind.purchase_orders.shipping_fee: SQLite computes with 15 digits: the values are kept as text, exactly; use CAST(… AS NUMERIC) to compute or to sort by value
-- warning column golden_northwind.purchase_orders.taxes: SQLite computes with 15 digits: the values are kept as text, exactly; use CAST(… AS NUMERIC) to compute or to sort by value
-- warning database golden_northwind: text columns compare without regard to case (collations …_ci); a target that tells case apart finds fewer rows equal
