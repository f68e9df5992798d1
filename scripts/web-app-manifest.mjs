// A Vite plugin that writes the page's web app manifest: with it browsers offer to install the page, and an installed one
// to open captures with.

const MANIFEST = 'manifest.webmanifest'

/** What browsers of a desktop offer the installed page for, by extension; the last one of a name counts. */
const CAPTURES = {
  'application/x-ndjson': ['.ndjson', '.jsonl'],
  'application/json': ['.json'],
  'application/gzip': ['.gz'],
}

/** @param {string} icon the path of the icon, relative to the page */
export function webAppManifest(icon) {
  return {
    name: 'Flowtrace',
    short_name: 'Flowtrace',
    description: 'Says which policy decided each flow of a Calico cluster',
    // Relative to the manifest, so that the page can lie below any path.
    id: './',
    start_url: './',
    scope: './',
    display: 'standalone',
    icons: [{ src: icon, sizes: 'any', type: 'image/svg+xml' }],
    file_handlers: [{ action: './', accept: CAPTURES }],
    // A window that shows one capture is not taken over by another one.
    launch_handler: { client_mode: 'navigate-new' },
  }
}

/** @returns {import('vite').Plugin} */
export function writeWebAppManifest() {
  return {
    name: 'web-app-manifest',
    apply: 'build',
    // With credentials, because a proxy with a login would send the browser to its login page otherwise.
    transformIndexHtml: () => [
      {
        tag: 'link',
        attrs: { rel: 'manifest', href: `./${MANIFEST}`, crossorigin: 'use-credentials' },
        injectTo: 'head',
      },
    ],
    generateBundle(_, bundle) {
      const icon = Object.keys(bundle).find((file) => /favicon-.*\.svg$/.test(file))
      if (icon === undefined) throw new Error('there is no icon for the web app manifest')
      const source = JSON.stringify(webAppManifest(`./${icon}`))
      this.emitFile({ type: 'asset', fileName: MANIFEST, source })
    },
  }
}
