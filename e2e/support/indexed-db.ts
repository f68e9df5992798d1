import type { Page } from '@playwright/test'

/** Everything in an object store of the page's origin; nothing where the page has not made its database yet. */
export function storedIn(page: Page, database: string, store: string): Promise<readonly unknown[]> {
  return page.evaluate(
    async ([name, from]) => {
      // Opening a database that is not there would create it, without the page's stores.
      if (!(await indexedDB.databases()).some((each) => each.name === name)) return []
      const opened = await new Promise<IDBDatabase>((resolve, reject) => {
        const opening = indexedDB.open(name)
        opening.onsuccess = () => resolve(opening.result)
        opening.onerror = () => reject(opening.error ?? new Error('the database cannot be opened'))
      })
      const values = await new Promise<unknown[]>((resolve, reject) => {
        const reading = opened.transaction(from).objectStore(from).getAll()
        reading.onsuccess = () => resolve(reading.result)
        reading.onerror = () => reject(reading.error ?? new Error('the store cannot be read'))
      })
      opened.close()
      return values
    },
    [database, store] as const,
  )
}
