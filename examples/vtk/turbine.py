"""A scene of VTK, drawn by Python without a screen, streamed, and turned by everybody who watches.

    xvfb-run -a python3 examples/vtk/turbine.py
"""

import math

import vtk
from scenecast_client.vtk import vtk_source


def blades(count):
    """Twisted blades around a hub, coloured by how far out they are."""
    points, polygons, distances = vtk.vtkPoints(), vtk.vtkCellArray(), vtk.vtkFloatArray()
    steps = 24
    for blade in range(count):
        first = points.GetNumberOfPoints()
        for step in range(steps + 1):
            out = 0.25 + step / steps
            turned = 2 * math.pi * blade / count + 0.9 * step / steps
            for side in (-1, 1):
                across = side * 0.16 * (1 - 0.6 * step / steps)
                angle = turned + across * 0.8
                points.InsertNextPoint(out * math.cos(angle), out * math.sin(angle), across)
                distances.InsertNextValue(out)
        for step in range(steps):
            corner = first + 2 * step
            polygons.InsertNextCell(4, (corner, corner + 1, corner + 3, corner + 2))
    shape = vtk.vtkPolyData()
    shape.SetPoints(points)
    shape.SetPolys(polygons)
    shape.GetPointData().SetScalars(distances)
    return shape


def actor_of(shape):
    normals = vtk.vtkPolyDataNormals()
    normals.SetInputData(shape)
    mapper = vtk.vtkPolyDataMapper()
    mapper.SetInputConnection(normals.GetOutputPort())
    mapper.SetScalarRange(0.25, 1.25)
    actor = vtk.vtkActor()
    actor.SetMapper(mapper)
    return actor


def hub():
    sphere = vtk.vtkSphereSource()
    sphere.SetRadius(0.3)
    sphere.SetThetaResolution(48)
    sphere.SetPhiResolution(48)
    sphere.Update()
    actor = actor_of(sphere.GetOutput())
    actor.GetMapper().ScalarVisibilityOff()
    actor.GetProperty().SetColor(0.85, 0.86, 0.9)
    return actor


renderer = vtk.vtkRenderer()
renderer.SetBackground(0.09, 0.1, 0.13)
renderer.AddActor(actor_of(blades(11)))
renderer.AddActor(hub())
renderer.GetActiveCamera().SetPosition(1.2, -2.4, 2.2)
renderer.ResetCamera()
renderer.GetActiveCamera().Zoom(1.4)
window = vtk.vtkRenderWindow()
window.SetSize(1280, 720)
window.AddRenderer(renderer)

with vtk_source(window, title="Turbine") as streamed:
    print(streamed.source.room.own_link)
    streamed.run()
