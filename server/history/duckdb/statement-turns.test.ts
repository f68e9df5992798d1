import { expect, test } from 'vitest'
import { StatementTurns } from './statement-turns.ts'

const OUT_OF_MEMORY = new Error('Out of Memory Error')
const isForMemory = (error: unknown): boolean => error === OUT_OF_MEMORY
const outOfMemory = async (): Promise<never> => Promise.reject(OUT_OF_MEMORY)
const { signal } = new AbortController()

/** A statement whose runs end when the test says so; `begun` counts them. */
function heldStatement() {
  const ends: { readonly succeed: (answer: string) => void; readonly fail: (error: Error) => void }[] = []
  const run = async (): Promise<string> =>
    new Promise((succeed, fail) => {
      ends.push({ succeed, fail })
    })
  return { run, ends }
}

const turn = async (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

test('a statement that has too little memory beside another one waits for its end, and has its answer', async () => {
  const turns = new StatementTurns()
  const [other, large, late] = [heldStatement(), heldStatement(), heldStatement()]
  const otherAnswer = turns.run(other.run, isForMemory, signal)
  const largeAnswer = turns.run(large.run, isForMemory, signal)
  await turn()
  large.ends[0]?.fail(OUT_OF_MEMORY)
  await turn()
  const lateAnswer = turns.run(late.run, isForMemory, signal)
  await turn()
  expect([large.ends.length, late.ends.length]).toEqual([1, 0])
  other.ends[0]?.succeed('other')
  await turn()
  // It is alone now: what came meanwhile still waits.
  expect([large.ends.length, late.ends.length]).toEqual([2, 0])
  large.ends[1]?.succeed('large')
  await turn()
  late.ends[0]?.succeed('late')
  expect(await Promise.all([otherAnswer, largeAnswer, lateAnswer])).toEqual(['other', 'large', 'late'])
})

test('two that fail for each other are run again one after the other', async () => {
  const turns = new StatementTurns()
  let running = 0
  let most = 0
  const statement = () => {
    let runs = 0
    return async (): Promise<number> => {
      runs += 1
      running += 1
      if (runs === 2) most = Math.max(most, running)
      await turn()
      running -= 1
      if (runs === 1) throw OUT_OF_MEMORY
      return runs
    }
  }
  const answers = [statement(), statement(), statement()].map((each) => turns.run(each, isForMemory, signal))
  expect(await Promise.all(answers)).toEqual([2, 2, 2])
  expect(most).toBe(1)
})

test('one that was alone is too large by itself, and other errors are not tried again', async () => {
  const turns = new StatementTurns()
  let runs = 0
  const failing = async (error: Error): Promise<never> => {
    runs += 1
    throw error
  }
  await expect(turns.run(() => failing(OUT_OF_MEMORY), isForMemory, signal)).rejects.toBe(OUT_OF_MEMORY)
  expect(runs).toBe(1)
  const other = heldStatement()
  const answer = turns.run(other.run, isForMemory, signal)
  const broken = new Error('Binder Error')
  await expect(turns.run(() => failing(broken), isForMemory, signal)).rejects.toBe(broken)
  expect(runs).toBe(2)
  other.ends[0]?.succeed('other')
  await answer
})

async function runOut(): Promise<never> {
  throw OUT_OF_MEMORY
}

test('a wait for others ends by name, or with the question', async () => {
  const turns = new StatementTurns(30)
  const other = heldStatement()
  const answer = turns.run(other.run, isForMemory, signal)
  await expect(turns.run(runOut, isForMemory, signal)).rejects.toMatchObject({
    trouble: 'unavailable',
    message: expect.stringContaining('try again'),
  })
  const gone = new AbortController()
  const cancelled = turns.run(runOut, isForMemory, gone.signal)
  await turn()
  gone.abort(new Error('the reader has gone'))
  await expect(cancelled).rejects.toThrow('the reader has gone')
  // Nobody wants to be alone any more.
  const next = turns.run(async () => 'next', isForMemory, signal)
  expect(await next).toBe('next')
  other.ends[0]?.succeed('other')
  await answer
})

test('one that has too little memory beside a day that is rewritten waits for that, and no other waits for it', async () => {
  const turns = new StatementTurns()
  const [rewriting, large, small] = [heldStatement(), heldStatement(), heldStatement()]
  const rewritten = turns.besideWriting(rewriting.run)
  const largeAnswer = turns.run(large.run, isForMemory, signal)
  await turn()
  large.ends[0]?.fail(OUT_OF_MEMORY)
  await turn()
  const smallAnswer = turns.run(small.run, isForMemory, signal)
  await turn()
  small.ends[0]?.succeed('small')
  expect(await smallAnswer).toBe('small')
  expect(large.ends).toHaveLength(1)
  rewriting.ends[0]?.succeed('rewritten')
  await turn()
  large.ends[1]?.succeed('large')
  expect(await Promise.all([rewritten, largeAnswer])).toEqual(['rewritten', 'large'])
})

test('where a day was rewritten and is no more when a statement fails, it is run again', async () => {
  const turns = new StatementTurns()
  const large = heldStatement()
  const answer = turns.run(large.run, isForMemory, signal)
  await turn()
  await turns.besideWriting(async () => {})
  large.ends[0]?.fail(OUT_OF_MEMORY)
  await turn()
  large.ends[1]?.succeed('large')
  expect(await answer).toBe('large')
})

test('work of the writer that takes too long is why a statement ends, whatever it is', async () => {
  const turns = new StatementTurns(0)
  const storing = heldStatement()
  const stored = turns.besideWriting(storing.run)
  await expect(turns.run(outOfMemory, isForMemory, signal)).rejects.toMatchObject({
    trouble: 'unavailable',
    message: expect.stringContaining('for its own work now, such as storing records') as string,
  })
  storing.ends[0]?.succeed('stored')
  await stored
})
