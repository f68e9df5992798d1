/**
 * Which room may import which others, inner rooms included. A new folder needs a row here before it can hold a file:
 * src/layers.test.ts holds every import to it.
 */
import type { ImportRules } from './import-rules.ts'

const BELOW_PARSERS = ['lib', 'flows']
const BELOW_SOURCE = [...BELOW_PARSERS, 'wire', 'policy', 'trace', 'filter', 'capture']
const BELOW_EXPORT = [...BELOW_SOURCE, 'compare']
const BELOW_STORE = [...BELOW_EXPORT, 'export', 'redact', 'bundle', 'recording', 'goldmane', 'demo', 'source']
const BELOW_STATE = [...BELOW_STORE, 'store']
// Panels see the source and the store only through state.
const BELOW_PANELS = [...BELOW_STORE.filter((room) => room !== 'source'), 'state', 'ui']
const BELOW_GATEWAY = ['lib', 'grpc', 'upstream', 'history', 'auth', 'policies', 'bridge', 'http']
const BELOW_APP = [...BELOW_STATE, 'state', 'ui', 'panels']

export const RULES: ImportRules = {
  layers: {
    gen: [],
    lib: [],
    offline: ['lib'], // the service worker, a script of its own
    flows: ['lib'],
    wire: [...BELOW_PARSERS, 'gen'],
    policy: BELOW_PARSERS,
    trace: [...BELOW_PARSERS, 'policy'],
    filter: [...BELOW_PARSERS, 'gen'],
    capture: [...BELOW_PARSERS, 'wire'],
    compare: [...BELOW_PARSERS, 'trace'], // two windows of flows
    export: [...BELOW_PARSERS, 'trace', 'filter', 'capture'],
    redact: [...BELOW_PARSERS, 'filter', 'capture'],
    bundle: [...BELOW_SOURCE, 'export', 'redact'],
    recording: [...BELOW_SOURCE, 'export', 'redact'],
    goldmane: [...BELOW_SOURCE, 'gen'],
    demo: BELOW_SOURCE,
    source: [...BELOW_SOURCE, 'gen'],
    store: BELOW_STORE,
    state: BELOW_STATE,
    ui: ['lib'],
    panels: BELOW_PANELS,
    app: BELOW_APP,
    // main.tsx and the tests beside it.
    '.': [...BELOW_APP, 'app'],
    server: [...BELOW_SOURCE, 'compare', 'gen', 'redact', 'goldmane', 'demo'],
  },
  rooms: {
    filter: {
      tree: [],
      language: ['tree'],
      plan: ['tree'],
      '.': ['tree', 'language'], // scope.ts
    },
    policy: {
      selector: [],
      manifest: ['selector'],
      evaluate: ['selector', 'manifest'],
      lint: ['selector', 'manifest', 'evaluate'],
      run: ['selector', 'manifest', 'evaluate'],
      usage: ['selector', 'manifest', 'evaluate'],
    },
    trace: {
      words: [],
      ladder: ['words'],
      explain: ['words', 'ladder'],
      compare: ['words', 'ladder', 'explain'],
      // markdown.ts
      '.': ['words', 'ladder', 'explain', 'compare'],
    },
    capture: {
      format: [],
      cache: ['format'],
      scan: ['format', 'cache'],
      parquet: ['format', 'scan'],
      // read.ts, collect.ts, write.ts
      '.': ['format', 'cache', 'scan', 'parquet'],
    },
    store: {
      // protocol.ts, live-report.ts
      '.': [],
      columns: ['.'],
      keys: ['.', 'columns'],
      query: ['.', 'columns', 'keys'],
      // what loaded policies say of the records
      policies: ['.', 'columns', 'keys', 'query'],
      worker: ['.', 'columns', 'keys', 'query', 'policies'],
    },
    state: {
      // use-now.ts, action-words.ts
      '.': [],
      remembered: [],
      commands: ['remembered'],
      client: ['.', 'remembered'],
      // who is logged in
      session: [],
      goldmane: ['client', 'policies', 'session'],
      view: ['remembered', 'commands', 'client'],
      // two windows, or two captures
      compare: ['remembered', 'commands', 'client', 'policies', 'goldmane', 'view', 'captures'],
      // the clock of a capture's replay
      replay: ['client', 'view'],
      // the page's copy for times without a network
      offline: [],
      // files on their way to be opened
      captures: ['commands', 'client', 'view', 'policies'],
      // what is being recorded, and what is kept
      recording: ['remembered', 'commands', 'client', 'session', 'view'],
      // the policies that the page loaded
      policies: ['.', 'client'],
    },
    'panels/query-bar': {
      'add-filter': [],
      // QueryBar.tsx, the editor, the chips, the menus
      '.': ['add-filter'],
    },
    'panels/inspect': {
      // a sentence with its certainty, a value that filters
      statement: [],
      trace: ['statement'],
      path: ['statement'],
      folds: ['statement', 'trace'],
      // Inspector.tsx, Answer.tsx, what would allow it
      '.': ['statement', 'trace', 'path', 'folds'],
    },
    'panels/table': {
      layout: [],
      cursor: [],
      rows: ['layout', 'cursor'],
      bar: ['layout', 'rows'],
      empty: [],
      // FlowTable.tsx, FlowGrid.tsx
      '.': ['layout', 'cursor', 'rows', 'bar', 'empty'],
    },
    'server/history': {
      // history-store.ts, history-options.ts, history-error.ts, entry-id.ts, page-flows.ts, put-queue.ts
      '.': [],
      // what both engines say in SQL
      sql: ['.'],
      duckdb: ['.', 'sql'],
      clickhouse: ['.', 'sql'],
      // opens the engine that was asked for
      engine: ['.', 'sql', 'duckdb', 'clickhouse'],
      // from Goldmane's stream or emitter into a store
      writer: ['.'],
      // a viewer's questions
      answer: ['.'],
    },
    server: {
      // error codes, host names, the log
      lib: [],
      // statuses, trailers and frames of gRPC and gRPC-web
      grpc: [],
      // the connection to Goldmane, its one stream, the hour in memory
      upstream: ['lib', 'grpc'],
      // what is stored beyond Goldmane's hour
      history: ['lib', 'grpc', 'upstream'],
      // who may see what
      auth: ['lib'],
      // the cluster's policies, watched
      policies: ['lib', 'auth'],
      // a viewer's calls
      bridge: ['lib', 'grpc', 'upstream', 'auth'],
      // what Prometheus reads
      metrics: [],
      // the server that listens: HTTP/2, TLS, limits, compression
      http: ['lib'],
      gateway: ['lib', 'grpc', 'upstream', 'history', 'auth', 'policies', 'bridge', 'metrics', 'http'],
      // flags, variables and the file
      config: ['lib', 'upstream', 'history', 'auth', 'policies', 'bridge', 'http', 'gateway', 'kubectl'],
      demo: ['lib'],
      // a cluster's records into files
      record: ['lib', 'grpc', 'upstream'],
      // a capture as a Goldmane
      replay: ['lib', 'grpc', 'upstream', 'demo'],
      // Goldmane through the user's kubectl
      kubectl: ['lib', 'upstream'],
      cli: [...BELOW_GATEWAY, 'gateway', 'config', 'demo', 'record', 'replay', 'kubectl'],
      // main.ts
      '.': ['lib', 'config', 'cli'],
    },
  },
  withReact: new Set(['state', 'ui', 'panels', 'app', '.']),
  maxLines: 300,
}
