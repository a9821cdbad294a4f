// Styles come along with esbuild; YASQE's own types need a CodeMirror that is not installed.
declare module "*.css";
declare module "@zazuko/yasqe" {
  // biome-ignore lint/suspicious/noExplicitAny: its own types cannot be read here
  const Yasqe: any;
  export default Yasqe;
}
