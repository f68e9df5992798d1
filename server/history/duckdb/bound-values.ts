/** The parameters of a statement as DuckDB takes them. */
import type { DuckDBType, DuckDBValue } from '@duckdb/node-api'
import { unreachable } from '../../../src/lib/assert.ts'
import type { Param, Statement } from '../sql/sql-text.ts'
import type { DuckDb } from './duckdb-module.ts'

/** The values with their types, for `run` and `stream`. */
export function boundValues(api: DuckDb, { params }: Statement): [DuckDBValue[], DuckDBType[]] {
  return [params.map((param) => valueOf(api, param)), params.map((param) => typeOf(api, param))]
}

function valueOf(api: DuckDb, param: Param): DuckDBValue {
  switch (param.type) {
    case 'texts':
    case 'ids':
      return api.listValue([...param.value])
    case 'count':
      return BigInt(param.value)
    case 'text':
    case 'number':
      return param.value
    default:
      return unreachable(param, 'parameter')
  }
}

function typeOf({ VARCHAR, UBIGINT, BIGINT, DOUBLE, LIST }: DuckDb, { type }: Param): DuckDBType {
  switch (type) {
    case 'text':
      return VARCHAR
    case 'texts':
      return LIST(VARCHAR)
    case 'ids':
      return LIST(UBIGINT)
    case 'count':
      return BIGINT
    case 'number':
      return DOUBLE
    default:
      return unreachable(type, 'type of parameter')
  }
}
