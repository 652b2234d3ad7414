import { Frame, mount } from "../shared/frame.tsx";

function Dashboard() {
  return <Frame title="dashboard.title">{null}</Frame>;
}

mount(Dashboard);
