"""The main job, played through the server's own API and checked at each step: one food business licence."""

ITEM = "000131001000"  # 食品经营许可(新办)
MISSING = "layout_flow_chart"
