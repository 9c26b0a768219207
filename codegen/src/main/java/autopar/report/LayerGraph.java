package autopar.report;

import autopar.plan.LayerPrice;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.eclipse.elk.alg.layered.options.LayeredMetaDataProvider;
import org.eclipse.elk.alg.layered.options.LayeredOptions;
import org.eclipse.elk.alg.layered.options.NodePlacementStrategy;
import org.eclipse.elk.alg.layered.options.OrderingStrategy;
import org.eclipse.elk.core.RecursiveGraphLayoutEngine;
import org.eclipse.elk.core.data.LayoutMetaDataService;
import org.eclipse.elk.core.math.ElkPadding;
import org.eclipse.elk.core.options.CoreOptions;
import org.eclipse.elk.core.options.Direction;
import org.eclipse.elk.core.options.EdgeRouting;
import org.eclipse.elk.core.util.BasicProgressMonitor;
import org.eclipse.elk.graph.ElkBendPoint;
import org.eclipse.elk.graph.ElkEdge;
import org.eclipse.elk.graph.ElkEdgeSection;
import org.eclipse.elk.graph.ElkNode;
import org.eclipse.elk.graph.util.ElkGraphUtil;

/**
 * The graph of one layer, laid out from top to bottom by ELK's layered algorithm (Sugiyama): its
 * operations, and the collectives on the way between them. Sizes are pixels.
 */
record LayerGraph(double width, double height, List<Box> boxes, List<Line> lines) {

  /** What a box stands for; {@code index} is that of the operation or flow, or -1. */
  enum BoxKind {
    OPERATION,
    MOVE,
    SHARED,
    END
  }

  record Box(BoxKind kind, int index, String name, double x, double y, double w, double h) {}

  /** A polyline x0, y0, x1, y1, ... from box to box. */
  record Line(List<Double> points) {}

  private static final double OPERATION_HEIGHT = 40;
  private static final double LINE_HEIGHT = 15;
  private static final double DOT = 10;
  private static final double CHARACTER = 7.3;
  private static final double LEAST_WIDTH = 84;
  private static final double MOST_WIDTH = 230;
  private static final double PADDING = 22;

  static {
    // Without Eclipse's registry ELK has to be told of its algorithm.
    LayoutMetaDataService.getInstance()
        .registerLayoutMetaDataProviders(new LayeredMetaDataProvider());
  }

  LayerGraph {
    boxes = List.copyOf(boxes);
    lines = List.copyOf(lines);
  }

  static LayerGraph of(LayerPrice price) {
    ElkNode root = ElkGraphUtil.createGraph();
    root.setProperty(CoreOptions.ALGORITHM, LayeredOptions.ALGORITHM_ID);
    root.setProperty(CoreOptions.DIRECTION, Direction.DOWN);
    root.setProperty(CoreOptions.EDGE_ROUTING, EdgeRouting.ORTHOGONAL);
    root.setProperty(
        LayeredOptions.CONSIDER_MODEL_ORDER_STRATEGY, OrderingStrategy.NODES_AND_EDGES);
    root.setProperty(CoreOptions.PADDING, new ElkPadding(8));
    root.setProperty(CoreOptions.SPACING_NODE_NODE, 18.0);
    root.setProperty(LayeredOptions.SPACING_NODE_NODE_BETWEEN_LAYERS, 20.0);
    root.setProperty(LayeredOptions.NODE_PLACEMENT_STRATEGY, NodePlacementStrategy.NETWORK_SIMPLEX);
    Map<ElkNode, Box> boxes = new LinkedHashMap<>();
    Map<String, ElkNode> ends = new LinkedHashMap<>();
    for (int i = 0; i < price.operations().size(); i++) {
      LayerPrice.Operation o = price.operations().get(i);
      ends.put(
          o.name(), node(root, boxes, BoxKind.OPERATION, i, o.name(), width(o), OPERATION_HEIGHT));
    }
    for (int f = 0; f < price.flows().size(); f++) {
      LayerPrice.Flow flow = price.flows().get(f);
      ElkNode from = ends.computeIfAbsent(flow.from(), n -> outer(root, boxes, n));
      ElkNode to = ends.computeIfAbsent(flow.to(), n -> outer(root, boxes, n));
      int moves = flow.forward().size() + flow.backward().size();
      if (moves > 0) {
        ElkNode move =
            node(
                root,
                boxes,
                BoxKind.MOVE,
                f,
                flow.value(),
                moveWidth(flow),
                LINE_HEIGHT * moves + 8);
        ElkGraphUtil.createSimpleEdge(from, move);
        ElkGraphUtil.createSimpleEdge(move, to);
      } else {
        ElkGraphUtil.createSimpleEdge(from, to);
      }
    }
    new RecursiveGraphLayoutEngine().layout(root, new BasicProgressMonitor());
    return drawn(root, boxes);
  }

  private static ElkNode outer(ElkNode root, Map<ElkNode, Box> boxes, String name) {
    boolean shared = name.startsWith(LayerPrice.SHARED);
    String shown = name.substring(1);
    return shared
        ? node(root, boxes, BoxKind.SHARED, -1, shown, DOT, DOT)
        : node(root, boxes, BoxKind.END, -1, shown, LEAST_WIDTH, OPERATION_HEIGHT / 2);
  }

  private static ElkNode node(
      ElkNode root,
      Map<ElkNode, Box> boxes,
      BoxKind kind,
      int index,
      String name,
      double width,
      double height) {
    ElkNode node = ElkGraphUtil.createNode(root);
    node.setWidth(width);
    node.setHeight(height);
    boxes.put(node, new Box(kind, index, name, 0, 0, width, height));
    return node;
  }

  /** Room for the name, or for the call with its seconds ("layer_norm x2 815 us"). */
  private static double width(LayerPrice.Operation operation) {
    int call = operation.expression().indexOf('(') + (operation.again() ? 14 : 11);
    return Math.clamp(
        CHARACTER * Math.max(operation.name().length(), call) + PADDING, LEAST_WIDTH, MOST_WIDTH);
  }

  private static double moveWidth(LayerPrice.Flow flow) {
    List<LayerPrice.Move> all = new ArrayList<>(flow.forward());
    all.addAll(flow.backward());
    int longest = 0;
    for (LayerPrice.Move move : all) {
      longest =
          Math.max(longest, (move.kind().text() + String.join(".", move.axes())).length() + 13);
    }
    return Math.min(MOST_WIDTH, CHARACTER * longest + PADDING / 2);
  }

  private static LayerGraph drawn(ElkNode root, Map<ElkNode, Box> boxes) {
    List<Box> placed = new ArrayList<>();
    boxes.forEach((node, b) ->
        placed.add(new Box(b.kind, b.index, b.name, node.getX(), node.getY(), b.w, b.h)));
    List<Line> lines = new ArrayList<>();
    for (ElkEdge edge : root.getContainedEdges()) {
      for (ElkEdgeSection section : edge.getSections()) {
        List<Double> points = new ArrayList<>(List.of(section.getStartX(), section.getStartY()));
        for (ElkBendPoint bend : section.getBendPoints()) {
          points.add(bend.getX());
          points.add(bend.getY());
        }
        points.add(section.getEndX());
        points.add(section.getEndY());
        lines.add(new Line(points));
      }
    }
    return new LayerGraph(root.getWidth(), root.getHeight(), placed, lines);
  }
}
