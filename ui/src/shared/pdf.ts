import type { PDFDocumentProxy } from "pdfjs-dist";
import worker from "pdfjs-dist/legacy/build/pdf.worker.min.mjs?url";

/** Opens a PDF with the bundled reader: no network, no `eval`, no WebAssembly. */
export async function openPdf(bytes: Uint8Array): Promise<PDFDocumentProxy> {
  const pdfjs = await import("pdfjs-dist/legacy/build/pdf.mjs");
  pdfjs.GlobalWorkerOptions.workerSrc = worker;
  // The reader takes the buffer away, so it gets its own.
  const task = pdfjs.getDocument({ data: bytes.slice(), isEvalSupported: false, useWasm: false, enableXfa: false });
  return task.promise;
}

/** Draws one page, `width_px` wide on screen, on a canvas. */
export async function drawPage(pdf: PDFDocumentProxy, number: number, canvas: HTMLCanvasElement, width_px: number): Promise<void> {
  const page = await pdf.getPage(number);
  const dense = Math.max(window.devicePixelRatio, 1);
  const plain = page.getViewport({ scale: 1 });
  const viewport = page.getViewport({ scale: (width_px * dense) / plain.width });
  canvas.width = Math.floor(viewport.width);
  canvas.height = Math.floor(viewport.height);
  await page.render({ canvas, viewport }).promise;
}
