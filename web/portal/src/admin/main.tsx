import { Frame, mount } from "../shared/frame.tsx";

function Admin() {
  return <Frame title="admin.title">{null}</Frame>;
}

mount(Admin);
