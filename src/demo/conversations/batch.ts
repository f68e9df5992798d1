/** CronJobs. The pods of each Job have another name, and so other keys. */
import { type Conversation, DB_SERVICE } from '../conversation.ts'
import { cronJobPods, DB, OBJECT_STORE } from '../endpoints.ts'
import { requests, unanswered } from '../traffic.ts'
import { lookups } from './dns.ts'

export interface CronJob {
  readonly name: string
  /** Seconds between two Jobs, counted from the epoch, and the offset of a Job's start in them. */
  readonly period: number
  readonly offset: number
  /** Seconds that a Job takes. */
  readonly duration: number
  readonly conversations: (scheduledAt: number) => readonly Conversation[]
}

export const CRON_JOBS: readonly CronJob[] = [
  {
    name: 'report',
    period: 1800,
    offset: 900,
    duration: 90,
    conversations: (scheduledAt) => {
      const from = cronJobPods('report', scheduledAt)
      return [
        lookups(from, 4),
        {
          from,
          to: DB,
          proto: 'tcp',
          port: 5432,
          service: DB_SERVICE,
          traffic: requests({ started: 1, open: 0, exchanges: 12, sent: 380, received: 64_000 }),
        },
        {
          from,
          to: OBJECT_STORE,
          proto: 'tcp',
          port: 443,
          traffic: requests({ started: 1, open: 0, exchanges: 3, sent: 240_000, received: 420 }),
        },
      ]
    },
  },
  {
    // In the whole lab the source lets it out, and the database denies it.
    name: 'cleanup',
    period: 1200,
    offset: 120,
    duration: 60,
    conversations: (scheduledAt) => {
      const from = cronJobPods('cleanup', scheduledAt)
      return [
        { ...lookups(from, 2), endsEarly: true },
        {
          from,
          to: DB,
          proto: 'tcp',
          port: 5432,
          service: DB_SERVICE,
          traffic: requests({ started: 1, open: 0, exchanges: 6, sent: 290, received: 140 }),
          denied: unanswered(1),
          endsEarly: true,
        },
      ]
    },
  },
]
