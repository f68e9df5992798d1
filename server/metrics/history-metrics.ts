/** The metrics of the recording of each cluster. */
import type { ClusterMetric } from './cluster-metrics.ts'
import type { ClusterReadings } from './cluster-readings.ts'

type Recording = NonNullable<ReturnType<NonNullable<ClusterReadings['recording']>>>

/** Null where the cluster is not recorded. */
function ofRecording(read: (recording: Recording) => number): ClusterMetric['read'] {
  return ({ recording }) => {
    const readings = recording?.() ?? null
    return readings === null ? null : read(readings)
  }
}

type Answers = NonNullable<ReturnType<NonNullable<ClusterReadings['historyAnswers']>>>

function ofAnswers(read: (answers: Answers) => number): ClusterMetric['read'] {
  return ({ historyAnswers }) => {
    const counts = historyAnswers?.() ?? null
    return counts === null ? null : read(counts)
  }
}

export const HISTORY_METRICS: readonly ClusterMetric[] = [
  {
    name: 'flowtrace_history_behind_seconds',
    help: 'Seconds from the end of the oldest bucket that waits to be stored; 0 when none does',
    kind: 'gauge',
    read: ofRecording(({ behind }) => behind),
  },
  {
    name: 'flowtrace_history_queue_bytes',
    help: 'Memory of the last hour that holds records which are not stored yet',
    kind: 'gauge',
    read: ofRecording(({ queueBytes }) => queueBytes),
  },
  {
    name: 'flowtrace_history_rows_total',
    help: 'Records stored in the history, each time that their bucket was',
    kind: 'counter',
    read: ofRecording(({ rows }) => rows),
  },
  {
    name: 'flowtrace_history_put_failures_total',
    help: 'Attempts to write the history that failed',
    kind: 'counter',
    read: ofRecording(({ failures }) => failures),
  },
  {
    name: 'flowtrace_history_gaps_total',
    help: 'Gaps noted in the history: ranges of which records are missing',
    kind: 'counter',
    read: ofRecording(({ gaps }) => gaps),
  },
  {
    name: 'flowtrace_history_dropped_rows_total',
    help: 'Records that came and could not be stored in the history',
    kind: 'counter',
    read: ofRecording(({ dropped }) => dropped),
  },
  {
    name: 'flowtrace_history_questions_waiting',
    help: 'Questions for records of the history that wait until others have been answered',
    kind: 'gauge',
    read: ofAnswers(({ waiting }) => waiting),
  },
  {
    name: 'flowtrace_history_questions_refused_total',
    help: 'Questions about the history that were refused because others were reading it',
    kind: 'counter',
    read: ofAnswers(({ refused }) => refused),
  },
  {
    name: 'flowtrace_history_readers_stalled_total',
    help: 'Readers of the history that were given up because they took too little of what was sent',
    kind: 'counter',
    read: ofAnswers(({ stalled }) => stalled),
  },
]
