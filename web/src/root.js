// Addresses of the service, which may stand below a path of its host (`data-root` of the page).

/**
 * Where a path of the service is on this host.
 * @param {string} path
 */
export function at(path) {
  const page = globalThis.document?.documentElement; // none where tests run
  return `${page?.dataset.root ?? ""}${path}`;
}
