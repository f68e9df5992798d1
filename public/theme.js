// Sets the colours before the first paint, so that a dark screen does not flash light. Read again by src/state/theme.ts.
;(function () {
  var choice = null
  try {
    choice = JSON.parse(localStorage.getItem('flowtrace.preferences') || '{}').theme
  } catch {
    // No storage, or something else's text in it: follow the system.
  }
  var dark = choice === 'dark' || (choice !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches)
  document.documentElement.dataset.theme = dark ? 'dark' : 'light'
})()
