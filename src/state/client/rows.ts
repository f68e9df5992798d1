/** The protocol's types that panels draw from; panels do not import the store. */
export type {
  Facet,
  FacetRequest,
  Histogram,
  Holdings,
  Row,
  Shape,
  Sort,
  SourceState,
  Status,
  TimeRange,
  RequestedRange,
  TableWindow,
  Measure,
} from '../../store/protocol.ts'
export type { Trouble } from '../../source/trouble.ts'
