import { Frame, mount } from "../shared/frame.tsx";

function Verify() {
  return <Frame title="verify.title">{null}</Frame>;
}

mount(Verify);
