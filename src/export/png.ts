/** Turns an SVG document into a PNG, as the browser draws it. Runs on a page: a worker has no image elements. */

/** Pixels of the PNG for one of the document, so that it is sharp on a dense screen. */
const SCALE = 2

/** Rejects where the browser does not draw the document, or has no canvas of that size. */
export async function pngOf(svg: string): Promise<Blob> {
  const image = new Image()
  // A data URL, which the page's policy allows, and which leaves the canvas readable.
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`
  await image.decode()
  const canvas = document.createElement('canvas')
  canvas.width = image.naturalWidth * SCALE
  canvas.height = image.naturalHeight * SCALE
  const context = canvas.getContext('2d')
  if (context === null) throw new Error('the browser gives no canvas')
  context.drawImage(image, 0, 0, canvas.width, canvas.height)
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'))
  if (blob === null) throw new Error('the browser does not encode the canvas')
  return blob
}
