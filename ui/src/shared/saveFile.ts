/** Offers bytes to the person as a file of this name. */
export function saveFile(name: string, media: string, parts: BlobPart[]): void {
  const address = URL.createObjectURL(new Blob(parts, { type: media }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  // The download has its own hold on the bytes once the click returned.
  setTimeout(() => URL.revokeObjectURL(address), 1_000);
}
