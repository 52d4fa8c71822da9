// Makes the calls that Ferry makes, with node-oracledb in thin mode: their bytes are compared (test_oracle_bytes.py).
'use strict';
const oracledb = require('oracledb');

async function rows(connection, step) {
  const options = { resultSet: true, prefetchRows: 0, fetchArraySize: step.rows };
  // The LOBs that Ferry has sent inside of the rows are those that are not the third of their columns.
  if (step.inline) {
    options.fetchTypeHandler = (meta) => {
      const isInline = !/>[0-9]+THEN/.test(meta.name);
      if (isInline && (meta.dbType === oracledb.DB_TYPE_CLOB || meta.dbType === oracledb.DB_TYPE_NCLOB)) return { type: oracledb.STRING };
      if (isInline && meta.dbType === oracledb.DB_TYPE_BLOB) return { type: oracledb.BUFFER };
    };
  }
  const result = (await connection.execute(step.sql, step.binds || [], options)).resultSet;
  const lobs = [];
  for (let row; (row = await result.getRow());) lobs.push(...row.filter((v) => v && v.getData));
  for (const lob of lobs) await lob.getData();
  await result.close();
}

// Values come as JSON has them: bytes in hexadecimal, moments in ISO 8601.
const FROM_JSON = {
  DB_TYPE_RAW: (v) => Buffer.from(v, 'hex'),
  DB_TYPE_DATE: (v) => new Date(v),
  DB_TYPE_TIMESTAMP: (v) => new Date(v),
  DB_TYPE_TIMESTAMP_TZ: (v) => new Date(v),
};

async function load(connection, step) {
  const bindDefs = step.binds.map(([type, maxSize]) => ({ type: oracledb[type], maxSize }));
  const values = step.values.map((row) => row.map((v, i) => {
    const convert = FROM_JSON[step.binds[i][0]];
    return v !== null && convert ? convert(v) : v;
  }));
  await connection.executeMany(step.load, values, { bindDefs, batchErrors: true });
}

async function main() {
  const task = JSON.parse(require('fs').readFileSync(0, 'utf8'));
  const connection = await oracledb.getConnection({ user: task.user, password: task.password, connectString: task.dsn, stmtCacheSize: task.statements || 0 });
  for (const step of task.steps) {
    if (step.sql) await rows(connection, step);
    else if (step.load) await load(connection, step);
    else if (step.do) await connection.execute(step.do);
    else await connection[step.call]();
  }
  await connection.close();
}

main().catch((e) => { console.error(e); process.exit(1); });
