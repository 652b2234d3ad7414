import { Frame, mount } from "../shared/frame.tsx";

function Certificates() {
  return <Frame title="certificates.title">{null}</Frame>;
}

mount(Certificates);
