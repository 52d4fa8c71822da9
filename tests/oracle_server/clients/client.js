// Runs steps with node-oracledb in thin mode and prints what came back as JSON: as client.py does.
'use strict';
const oracledb = require('oracledb');

oracledb.fetchTypeHandler = (meta) => {
  if (meta.dbType === oracledb.DB_TYPE_NUMBER) return { type: oracledb.STRING, converter: (v) => v && v.replace(/^(-?)\./, '$10.') };
};

const pad = (n, width = 2) => String(Math.abs(n)).padStart(width, '0');

async function plain(v) {
  if (v === null || v === undefined) return null;
  if (typeof v === 'boolean') return v;
  if (v instanceof Date) {
    return `${pad(v.getFullYear(), 4)}-${pad(v.getMonth() + 1)}-${pad(v.getDate())} ${pad(v.getHours())}:${pad(v.getMinutes())}:` +
      `${pad(v.getSeconds())}.${pad(v.getMilliseconds(), 3)}`;
  }
  if (Buffer.isBuffer(v)) return v.toString('hex');
  if (v.getData) return plain(await v.getData() ?? '');
  if (typeof v === 'number') return Number.isNaN(v) ? 'nan' : Number.isFinite(v) ? String(v) : v > 0 ? 'inf' : '-inf';
  if (v instanceof oracledb.IntervalYM) return `${v.years * 12 + v.months} months`;
  if (v instanceof oracledb.IntervalDS) return `${(((v.days * 24 + v.hours) * 60 + v.minutes) * 60 + v.seconds + v.fseconds / 1e9).toFixed(6)} s`;
  if (ArrayBuffer.isView(v)) return JSON.stringify(Array.from(v));
  if (typeof v === 'object') return JSON.stringify(v);
  return String(v);
}

async function run(connection, step) {
  if (['commit', 'rollback', 'ping'].includes(step.sql)) {
    await connection[step.sql]();
    return {};
  }
  if (step.cancel_after) setTimeout(() => connection.break(), step.cancel_after * 1000);
  if (step.many) {
    const r = await connection.executeMany(step.sql, step.many, { batchErrors: step.batch_errors || false });
    return { count: r.rowsAffected, errors: (r.batchErrors || []).map((e) => [e.offset, e.errorNum || Number(e.message.slice(4, 9))]) };
  }
  if (step.lob) {
    const lob = await connection.createLob(oracledb[step.lob]);
    await new Promise((resolve, reject) => {
      lob.on('error', reject);
      lob.on('finish', resolve);
      lob.end(step.lob === 'BLOB' ? Buffer.from(step.data, 'hex') : step.data);
    });
    const r = await connection.execute(step.sql, [lob]);
    await lob.close();
    return { count: r.rowsAffected };
  }
  const options = { fetchArraySize: step.arraysize || 100 };
  if (step.inline_lobs) {
    options.fetchTypeHandler = (meta) => {
      if (meta.dbType === oracledb.DB_TYPE_CLOB || meta.dbType === oracledb.DB_TYPE_NCLOB) return { type: oracledb.STRING };
      if (meta.dbType === oracledb.DB_TYPE_BLOB) return { type: oracledb.BUFFER };
    };
  }
  const r = await connection.execute(step.sql, step.binds || [], options);
  if (!r.rows) return { count: r.rowsAffected };
  const rows = [];
  for (const row of r.rows) rows.push(await Promise.all(row.map(plain)));
  return { names: r.metaData.map((m) => m.name), rows };
}

async function main() {
  const task = JSON.parse(require('fs').readFileSync(0, 'utf8'));
  let connection;
  try {
    connection = await oracledb.getConnection({ user: task.user, password: task.password, connectString: task.dsn, ...(task.options || {}) });
  } catch (e) {
    console.log(JSON.stringify([{ error: e.code, text: e.message }]));
    return;
  }
  const out = [{ version: connection.oracleServerVersionString, warning: connection.warning && connection.warning.errorNum }];
  for (const step of task.steps) {
    try {
      out.push(await run(connection, step));
    } catch (e) {
      out.push({ error: e.code || String(e) });
    }
  }
  await connection.close();
  console.log(JSON.stringify(out));
}

main().catch((e) => { console.error(e); process.exit(1); });
