/** CronJobs. The pods of each Job have another name, and so other keys. */
import { type Conversation, DB_SERVICE } from '../conversation.ts'
import { cronJobPods, DB, OBJECT_STORE } from '../endpoints.ts'
import { decided, denied, egress, ingress, notComputed } from '../policies.ts'
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
          src: decided(egress('10-batch-egress', 0)),
          dst: decided(ingress('10-db-ingress-from-batch', 0)),
          traffic: requests({ started: 1, open: 0, exchanges: 12, sent: 380, received: 64_000 }),
        },
        {
          from,
          to: OBJECT_STORE,
          proto: 'tcp',
          port: 443,
          src: decided(egress('10-batch-egress', 1)),
          traffic: requests({ started: 1, open: 0, exchanges: 3, sent: 240_000, received: 420 }),
        },
      ]
    },
  },
  {
    // Allowed at the source, denied at the destination. It ends before Felix computes the pending hits at the source.
    name: 'cleanup',
    period: 1200,
    offset: 120,
    duration: 60,
    conversations: (scheduledAt) => {
      const from = cronJobPods('cleanup', scheduledAt)
      const lookup = lookups(from, 2)
      return [
        { ...lookup, src: notComputed(decided(egress('01-dns-clients-egress', 0))) },
        {
          from,
          to: DB,
          proto: 'tcp',
          port: 5432,
          service: DB_SERVICE,
          src: notComputed(decided(egress('10-batch-egress', 0))),
          dst: denied({ last: 'default-deny', first: '09-allow-backend-to-db-ingress' }),
          traffic: unanswered(1),
        },
      ]
    },
  },
]
