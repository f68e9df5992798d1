// What has to be there at the first paint, before any module: the colours, so that a dark screen does not flash light (read
// again by src/state/remembered/theme.ts), and a word where the browser will not run the page's modules.
;(function () {
  var choice = null
  try {
    choice = JSON.parse(localStorage.getItem('flowtrace.preferences') || '{}').theme
  } catch {
    // No storage, or something else's text in it: follow the system.
  }
  var dark = choice === 'dark' || (choice !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches)
  document.documentElement.dataset.theme = dark ? 'dark' : 'light'

  // Browsers load no modules and no workers of a page that is opened as a file.
  if (location.protocol === 'file:')
    addEventListener('DOMContentLoaded', function () {
      document.getElementById('root').textContent =
        'A browser does not run Flowtrace from a file. Serve this folder with any web server, for example with ' +
        '“python3 -m http.server” in it, and open the address that it prints.'
    })
})()
